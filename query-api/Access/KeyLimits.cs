using FlowLake.QueryApi.Sql;

namespace FlowLake.QueryApi.Access;

/// <summary>Bounds of one key's questions; what is null is as the service has it.</summary>
public sealed record KeyLimits
{
    /// <summary>Rows of an answer, from 1.</summary>
    public int? Rows { get; init; }

    /// <summary>Bytes of an answer, from 1.</summary>
    public long? Bytes { get; init; }

    /// <summary>Seconds from a question's start to its last row, from 1 to 86,400.</summary>
    public int? Seconds { get; init; }

    /// <summary>Questions that run at once, from 1 to 1,000.</summary>
    public int? Parallel { get; init; }

    /// <summary>Questions that wait for their turn, from 0 to 10,000.</summary>
    public int? Waiting { get; init; }

    /// <summary>The service's bounds with these in their place.</summary>
    internal SqlLimits Over(SqlLimits limits) => limits with
    {
        RowsMax = Rows ?? limits.RowsMax,
        RowsDefault = Math.Min(limits.RowsDefault, Rows ?? limits.RowsMax),
        BytesMax = Bytes ?? limits.BytesMax,
        Time = Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : limits.Time,
        Parallel = Parallel ?? limits.Parallel,
        Waiting = Waiting ?? limits.Waiting,
    };

    /// <summary>All that is out of its range.</summary>
    internal IEnumerable<string> Complaints()
    {
        if (Rows < 1)
            yield return $"rows is {Rows}; it is 1 or more";
        if (Bytes < 1)
            yield return $"bytes is {Bytes}; it is 1 or more";
        if (Seconds is < 1 or > 86_400)
            yield return $"seconds is {Seconds}; it goes from 1 to 86400";
        if (Parallel is < 1 or > 1_000)
            yield return $"parallel is {Parallel}; it goes from 1 to 1000";
        if (Waiting is < 0 or > 10_000)
            yield return $"waiting is {Waiting}; it goes from 0 to 10000";
    }
}
