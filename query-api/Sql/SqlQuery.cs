using System.Collections.Immutable;
using FlowLake.QueryApi.Relations;

namespace FlowLake.QueryApi.Sql;

/// <summary>A statement and the values of its parameters.</summary>
/// <param name="Text">One SELECT.</param>
public sealed record SqlQuery(string Text)
{
    /// <summary>The snapshot it is asked of.</summary>
    public SnapshotChoice Snapshot { get; init; } = SnapshotChoice.Newest;

    /// <summary>The rows it sees.</summary>
    public RowScope Scope { get; init; } = RowScope.All;

    /// <summary>Values of <c>?</c> and <c>$1</c>, in order.</summary>
    public ImmutableArray<object?> Positional { get; init; } = [];

    /// <summary>Values of <c>$name</c>.</summary>
    public ImmutableDictionary<string, object?> Named { get; init; } = ImmutableDictionary<string, object?>.Empty;
}

/// <summary>What came of a statement.</summary>
public abstract record SqlOutcome
{
    private SqlOutcome()
    {
    }

    /// <summary>It runs; the caller reads its rows and disposes them.</summary>
    public sealed record Answer(SqlRows Rows) : SqlOutcome;

    /// <summary>It runs; the caller writes its Parquet file to whoever asked and disposes it.</summary>
    public sealed record File(SqlParquet Parquet) : SqlOutcome;

    /// <summary>It is not run, or was stopped before its first row.</summary>
    public sealed record Refused(SqlRefusal Refusal) : SqlOutcome;
}
