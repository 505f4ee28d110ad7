namespace FlowLake.QueryApi.Sql;

/// <summary>How much one statement may take.</summary>
public sealed record SqlLimits
{
    /// <summary>Rows of an answer that names no limit. The default is 10,000.</summary>
    public int RowsDefault { get; init; } = 10_000;

    /// <summary>Rows of any answer. They are never held together, so this bounds time and bytes, not memory. The default is 10,000,000.</summary>
    public int RowsMax { get; init; } = 10_000_000;

    /// <summary>Bytes of any answer. The default is 4 GiB.</summary>
    public long BytesMax { get; init; } = 4L << 30;

    /// <summary>Time from the statement's start to its last row. The default is 60 seconds.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Statements of one key that run at once. The default is 4; there are never more than workers.</summary>
    public int Parallel { get; init; } = 4;

    /// <summary>Statements of one key, and of all keys, that wait for their turn; one more is sent away. The default is 32.</summary>
    public int Waiting { get; init; } = 32;
}
