using FlowLake.Schemas.DeltaLog;

namespace FlowLake.Lake.Tables;

/// <summary>How an attempt to commit a version ended. Both are expected.</summary>
public abstract record CommitResult
{
    private CommitResult()
    {
    }

    /// <summary>The version is ours.</summary>
    /// <param name="Snapshot">The table as it is after the commit.</param>
    public sealed record Committed(TableSnapshot Snapshot) : CommitResult;

    /// <summary>Another writer took the version. Nothing of ours is in the table: load again, and plan again.</summary>
    /// <param name="TakenVersion">The version that was lost.</param>
    public sealed record Conflict(long TakenVersion) : CommitResult;
}
