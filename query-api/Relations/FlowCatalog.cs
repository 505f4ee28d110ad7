using System.Collections.Immutable;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Rollups;

namespace FlowLake.QueryApi.Relations;

/// <summary>Follows the lake and keeps its newest version, and some before it, to be asked.</summary>
/// <remarks>
/// Guarantees: 1. A snapshot is one version of each table, whole, and never changes; its rollups and what flows has beside them are every row once. 2. A snapshot with a lease stays. 3. The engine reads the
/// lake's files and nothing else, and nobody can change its settings; it is opened when a lease first connects, so whoever only follows the lake has none.
/// <see cref="RefreshAsync"/> is for one caller at a time; the rest for any number.
/// </remarks>
public sealed class FlowCatalog : ISnapshotSource, IDisposable
{
    /// <summary>Readings of rollups and flows in a row that did not go together, because maintenance was at work between them, before the old snapshot stays until the next refresh.</summary>
    private const int ReadingsMax = 5;

    private readonly CatalogOptions options;
    private readonly TimeProvider timeProvider;
    private readonly ImmutableArray<TableReplica> tables;
    private readonly ImmutableArray<TableReplica> rollups;
    private readonly PartitionLinks links;
    private readonly HeldSnapshots snapshots;
    private readonly Lazy<LakeEngine> engine;
    private long readAt;

    private FlowCatalog(IObjectStore store, CatalogOptions options, TimeProvider timeProvider)
    {
        this.options = options;
        this.timeProvider = timeProvider;
        var cache = Path.GetFullPath(options.CacheFolder);
        tables = [.. LakeTables.All.Select(table => new TableReplica(store, table, cache, timeProvider))];
        rollups = [.. RollupTables.All.Select(rollup => new TableReplica(store, rollup.Table, cache, timeProvider))];
        snapshots = new HeldSnapshots(options.SnapshotsMax, options.SnapshotHold, timeProvider);
        snapshots.Add(new LakeSnapshot(Replicas));
        readAt = timeProvider.GetTimestamp();
        links = new PartitionLinks(Path.Combine(cache, "links"));
        PrivatePaths = [links.Root, .. Replicas.Select(replica => Folder(store, replica.Table.Name, cache))];
        engine = new Lazy<LakeEngine>(() => LakeEngine.Open(new DuckOptions { MemoryLimitBytes = options.MemoryLimitBytes, Threads = options.Threads }, PrivatePaths));
    }

    private TableReplica Flows => tables[0];

    private IEnumerable<TableReplica> Replicas => [.. tables, .. rollups];

    public IReadOnlyList<string> PrivatePaths { get; }

    public string PipeFolder => links.Root;

    /// <summary>The version that a new lease would have.</summary>
    public SnapshotVersion Version => snapshots.Newest.Version;

    /// <summary>Snapshots held now, the newest included.</summary>
    public int SnapshotsHeld => snapshots.Count;

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
        if (!await ReadTablesAsync(cancellationToken))
            return false;
        var read = new LakeSnapshot(Replicas);
        var moved = !read.IsSameAs(snapshots.Newest);
        if (moved)
            snapshots.Add(read);
        Interlocked.Exchange(ref readAt, begunAt);
        snapshots.DropOld();
        return moved;
    }

    /// <summary>Holds the newest snapshot, to see every row of it.</summary>
    public SnapshotLease Acquire() => Acquire(SnapshotChoice.Newest, RowScope.All)!;

    public SnapshotLease? Acquire(SnapshotChoice choice, RowScope scope) => Lease(choice, scope);

    public void Dispose()
    {
        if (engine.IsValueCreated)
            engine.Value.Dispose();
        links.Dispose();
    }

    internal void Release(HeldSnapshot held) => snapshots.Release(held);

    internal CatalogLease? Lease(SnapshotChoice choice, RowScope scope) => snapshots.Take(choice) is { } held ? new CatalogLease(this, held, scope) : null;

    internal CatalogLease Lease(HeldSnapshot held, RowScope scope)
    {
        snapshots.TakeAgain(held);
        return new CatalogLease(this, held, scope);
    }

    internal DuckConnection Connect() => engine.Value.Connect();

    internal RelationSources SourcesOf(LakeSnapshot snapshot, RowScope scope, RowBounds bounds, ScanPosition? after = null) => new(snapshot, scope, bounds, after, links, options.Prices);

    /// <summary>An old snapshot is behind since it was replaced, the newest since the log was last read.</summary>
    internal SnapshotLag LagOf(HeldSnapshot held) =>
        new(VersionsBeyond(held.Snapshot), held.ReplacedAt is null ? TimeSinceRead : timeProvider.GetElapsedTime(held.ReplacedTimestamp));

    private long VersionsBeyond(LakeSnapshot snapshot) => tables.Sum(table => Math.Max(0, table.NewestSeen - snapshot.Table(table.Table).Version));

    // Rollups first, so that flows is not older than they are. Where a compaction came between, flows has a file that mixes what a rollup read before covers with later rows: then that rollup has moved as well.
    private async Task<bool> ReadTablesAsync(CancellationToken cancellationToken)
    {
        foreach (var table in tables.Skip(1))
            await table.RefreshAsync(cancellationToken);
        for (var reading = 0; reading < ReadingsMax; reading++)
        {
            foreach (var rollup in rollups)
                await rollup.RefreshAsync(cancellationToken);
            await Flows.RefreshAsync(cancellationToken);
            if (rollups.All(rollup => RollupPlan.Fits(Flows.Current.Snapshot, RollupPlan.Mark(rollup.Current.Snapshot))))
                return true;
        }

        return false;
    }

    private static string Folder(IObjectStore store, string table, string cache) =>
        Path.GetDirectoryName(store.LocalPath($"{table}/any")) ?? Path.Combine(cache, table);
}
