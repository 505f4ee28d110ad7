using FlowLake.Lake.Duck;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Replicas;
using FlowLake.Lake.Tables;

namespace FlowLake.QueryApi.Relations;

/// <summary>Follows the lake and keeps its newest version, and some before it, to be asked.</summary>
/// <remarks>
/// Guarantees: 1. A snapshot is one version of each table, whole, and never changes; its rollups and what flows has beside them are every row once. 2. A snapshot with a lease stays. 3. The engine reads the
/// lake's files and nothing else, and nobody can change its settings; it is opened when a lease first connects, so whoever only follows the lake has none.
/// <see cref="RefreshAsync"/> is for one caller at a time; the rest for any number.
/// </remarks>
public sealed class FlowCatalog : ISnapshotSource, IDisposable
{
    private readonly CatalogOptions options;
    private readonly TimeProvider timeProvider;
    private readonly LakeReplica replica;
    private readonly PartitionLinks links;
    private readonly HeldSnapshots snapshots;
    private readonly Lazy<LakeEngine> engine;
    private long readAt;

    private FlowCatalog(IObjectStore store, CatalogOptions options, TimeProvider timeProvider)
    {
        this.options = options;
        this.timeProvider = timeProvider;
        var cache = Path.GetFullPath(options.CacheFolder);
        replica = new LakeReplica(store, new ReplicaOptions { Folder = cache, Bytes = options.ReplicaBytes, FetchesAhead = options.FetchesAhead }, timeProvider);
        snapshots = new HeldSnapshots(options.SnapshotsMax, options.SnapshotHold, timeProvider);
        snapshots.Add(new LakeSnapshot(replica.Tables));
        // What an earlier process left in the folder is as old as its last look at the lake.
        var age = timeProvider.GetUtcNow() - replica.ReadAt;
        readAt = timeProvider.GetTimestamp() - (long)(Math.Max(0, age.TotalSeconds) * timeProvider.TimestampFrequency);
        links = new PartitionLinks(Path.Combine(cache, "links"));
        PrivatePaths = [links.Root, .. LakeTables.WithRollups.Select(table => replica.FolderOf(table.Name))];
        engine = new Lazy<LakeEngine>(() => LakeEngine.Open(new DuckOptions { MemoryLimitBytes = options.MemoryLimitBytes, Threads = options.Threads }, PrivatePaths));
    }

    public IReadOnlyList<string> PrivatePaths { get; }

    public string PipeFolder => links.Root;

    /// <summary>The version that a new lease would have.</summary>
    public SnapshotVersion Version => snapshots.Newest.Version;

    /// <summary>Snapshots held now, the newest included.</summary>
    public int SnapshotsHeld => snapshots.Count;

    /// <summary>The copies the snapshots are read from; for its figures.</summary>
    internal LakeReplica Replica => replica;

    /// <summary>How far the newest snapshot is behind the lake.</summary>
    public SnapshotLag Lag => new(VersionsBeyond(snapshots.Newest), TimeSinceRead);

    private TimeSpan TimeSinceRead => timeProvider.GetElapsedTime(Interlocked.Read(ref readAt));

    /// <summary>Opens the catalog, which shows empty tables until the first <see cref="RefreshAsync"/>.</summary>
    public static FlowCatalog Open(IObjectStore store, CatalogOptions options, TimeProvider timeProvider) => new(store, options, timeProvider);

    /// <summary>Takes in what was committed since. Returns true when there is a new version.</summary>
    /// <exception cref="IOException">The store cannot be read. What was there before stays.</exception>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken = default)
    {
        var begunAt = timeProvider.GetTimestamp();
        if (!await replica.ReadAsync(cancellationToken))
            return false;
        await replica.FetchNewAsync(cancellationToken);
        var (shown, moved) = Show();
        Interlocked.Exchange(ref readAt, begunAt);
        if (snapshots.DropOld() || shown)
            replica.Keep(snapshots.All.SelectMany(snapshot => snapshot.Tables));
        replica.Remember();
        return moved;
    }

    /// <summary>Fetches some more of what the newest version is to have here, and shows it: called after <see cref="RefreshAsync"/>, until it returns false.</summary>
    /// <returns>Whether there is more to fetch.</returns>
    /// <exception cref="IOException">A file cannot be had. Those that came are shown.</exception>
    public async Task<bool> FetchAheadAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await replica.FetchAheadAsync(cancellationToken);
        }
        finally
        {
            Show();
        }

        return replica.FilesComing > 0;
    }

    /// <summary>Fetches files that <see cref="RowsNotHereException"/> named, for a catalog that does so only when asked.</summary>
    /// <returns>False where they are too many.</returns>
    /// <exception cref="IOException">One cannot be had.</exception>
    internal async Task<bool> FetchAsync(MissingFiles files, CancellationToken cancellationToken)
    {
        if (!await replica.FetchAsync(files.Table, files.Files, cancellationToken))
            return false;
        Show();
        return true;
    }

    /// <summary>Holds the newest snapshot, to see every row of it.</summary>
    public SnapshotLease Acquire() => Acquire(SnapshotChoice.Newest, RowScope.All)!;

    public SnapshotLease? Acquire(SnapshotChoice choice, RowScope scope) => Lease(choice, scope);

    public void Dispose()
    {
        if (engine.IsValueCreated)
            engine.Value.Dispose();
        links.Dispose();
        replica.Dispose();
    }

    internal void Release(HeldSnapshot held) => snapshots.Release(held);

    internal CatalogLease? Lease(SnapshotChoice choice, RowScope scope) => snapshots.Take(choice) is { } held ? new CatalogLease(this, held, scope) : null;

    internal DuckConnection Connect() => engine.Value.Connect();

    internal RelationSources SourcesOf(LakeSnapshot snapshot, RowScope scope, Relation relation, RowBounds bounds, ScanPosition? after = null) => new SnapshotSources(snapshot, scope, relation, bounds, after, links, options.Prices);

    /// <summary>An old snapshot is behind since it was replaced, the newest since the log was last read.</summary>
    internal SnapshotLag LagOf(HeldSnapshot held) =>
        new(VersionsBeyond(held.Snapshot), held.ReplacedAt is null ? TimeSinceRead : timeProvider.GetElapsedTime(held.ReplacedTimestamp));

    private long VersionsBeyond(LakeSnapshot snapshot) => LakeTables.All.Sum(table => Math.Max(0, replica.NewestSeen(table.Name) - snapshot.Table(table).Version));

    private (bool Shown, bool Moved) Show()
    {
        if (!replica.Show())
            return (false, false);
        var read = new LakeSnapshot(replica.Tables);
        var moved = !read.IsSameAs(snapshots.Newest);
        if (moved)
            snapshots.Add(read);
        else
            snapshots.Widen(read);
        return (true, moved);
    }

}
