namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>What an event of a watch tells.</summary>
internal enum WatchEventType
{
    /// <summary>Nothing that is known.</summary>
    None,

    /// <summary>The object was added or changed (ADDED, MODIFIED).</summary>
    Set,

    /// <summary>The object is gone.</summary>
    Deleted,

    /// <summary>Nothing happened up to this version.</summary>
    Bookmark,

    /// <summary>The server ends the watch and says why.</summary>
    Error,
}
