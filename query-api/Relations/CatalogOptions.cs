using FlowLake.Schemas.Costs;

namespace FlowLake.QueryApi.Relations;

/// <summary>How a lake is followed and asked.</summary>
public sealed record CatalogOptions
{
    /// <summary>A folder for copies of files that cannot be read in place, and for what is made while running. Made when needed.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Bytes of copies that the newest version may take; null (the default) for 100 GB or half of the free disk, whichever is less.</summary>
    public long? ReplicaBytes { get; init; }

    /// <summary>Whether copies are fetched before anybody asks for them. The default is yes; otherwise only what <see cref="FlowCatalog.FetchAsync"/> is told.</summary>
    public bool FetchesAhead { get; init; } = true;

    /// <summary>What traffic between zones costs. The default is AWS's price.</summary>
    public PriceList Prices { get; init; } = PriceList.Aws;

    /// <summary>The engine's own memory in bytes. The default is 1 GiB.</summary>
    public long MemoryLimitBytes { get; init; } = 1L << 30;

    /// <summary>The engine's threads, or null (the default) for one a core.</summary>
    public int? Threads { get; init; }

    /// <summary>How long a snapshot that is no longer the newest stays for the further pages of answers. It counts from its last question. The default is 15 minutes.</summary>
    public TimeSpan SnapshotHold { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Snapshots kept at most, unless more are in use. The default is 32; those nobody asked go first, then those last asked longest ago.</summary>
    public int SnapshotsMax { get; init; } = 32;
}
