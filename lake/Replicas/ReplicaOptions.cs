namespace FlowLake.Lake.Replicas;

/// <summary>Where a replica is, and how large it becomes.</summary>
public sealed record ReplicaOptions
{
    /// <summary>Bytes at most where nothing is said, unless half of the free disk is less: 100 GB.</summary>
    public const long BytesDefault = 100_000_000_000;

    /// <summary>The folder of copies, for any number of lakes and processes. Made when needed.</summary>
    public required string Folder { get; init; }

    /// <summary>Bytes of the files that the newest version holds; null (the default) for <see cref="BytesDefault"/> or half of the free disk, whichever is less.</summary>
    public long? Bytes { get; init; }

    /// <summary>Whether files are fetched before anybody asks for them. The default is yes; otherwise only those that <see cref="LakeReplica.FetchAsync"/> names are.</summary>
    public bool FetchesAhead { get; init; } = true;
}
