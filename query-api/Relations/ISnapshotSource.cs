namespace FlowLake.QueryApi.Relations;

/// <summary>Where a question gets its snapshot from: the catalog itself, or, in a worker, the server that keeps it.</summary>
public interface ISnapshotSource
{
    /// <summary>The folders the engine reads. Their names are nobody's business outside.</summary>
    IReadOnlyList<string> PrivatePaths { get; }

    /// <summary>A folder of this process for what the engine writes to be read at once; it goes with the process.</summary>
    string PipeFolder { get; }

    /// <summary>Holds the snapshot that is meant, to see some rows of it; null when it is not there, or no longer.</summary>
    SnapshotLease? Acquire(SnapshotChoice choice, RowScope scope);
}
