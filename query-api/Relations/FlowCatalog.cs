using System.Collections.Immutable;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Rollups;

namespace FlowLake.QueryApi.Relations;

/// <summary>Follows the lake and keeps its newest version, and some before it, as views that can be asked.</summary>
/// <remarks>
/// Guarantees: 1. A snapshot is one version of each table, whole, and never changes; its rollups and what flows has beside them are every row once. 2. A snapshot with a lease stays. 3. The engine reads the
/// lake's files and nothing else, and nobody can change its settings once <see cref="Open"/> has returned. 4. An engine that a statement broke is replaced
/// by the next <see cref="RefreshAsync"/>.
/// <see cref="RefreshAsync"/> is for one caller at a time; the rest for any number.
/// </remarks>
public sealed class FlowCatalog : IDisposable
{
    /// <summary>Readings of rollups and flows in a row that did not go together, because maintenance was at work between them, before the old snapshot stays until the next refresh.</summary>
    private const int ReadingsMax = 5;

    private readonly CatalogOptions options;
    private readonly TimeProvider timeProvider;
    private readonly ImmutableArray<TableReplica> tables;
    private readonly ImmutableArray<(RollupRelation Relation, TableReplica Replica)> rollups;
    private readonly PartitionLinks links;
    private DuckDatabase database;
    private DuckConnection definer;
    private readonly Lock gate = new();
    private readonly List<LakeSnapshot> snapshots = [];
    private int schemas;
    private ImmutableArray<long> published = [];
    private bool broken;

    private FlowCatalog(IObjectStore store, CatalogOptions options, TimeProvider timeProvider)
    {
        this.options = options;
        this.timeProvider = timeProvider;
        var cache = Path.GetFullPath(options.CacheFolder);
        tables = [.. LakeTables.All.Select(table => new TableReplica(store, table, cache, timeProvider))];
        rollups = [.. HourlyRelations.Rollups.Select(relation => (relation, new TableReplica(store, relation.Rollup.Table, cache, timeProvider)))];
        links = new PartitionLinks(Path.Combine(cache, "links"));
        try
        {
            PrivatePaths = [links.Root, .. Replicas.Select(replica => Folder(store, replica.Table.Name, cache))];
            (database, definer) = OpenEngine();
            Publish();
        }
        catch
        {
            definer?.Dispose();
            database?.Dispose();
            links.Dispose();
            throw;
        }
    }

    private TableReplica Flows => tables[0];

    private IEnumerable<TableReplica> Replicas => [.. tables, .. rollups.Select(rollup => rollup.Replica)];

    private IEnumerable<long> Versions => Replicas.Select(replica => replica.Current.Snapshot.Version);

    /// <summary>The folders the engine reads. Their names are nobody's business outside.</summary>
    internal IReadOnlyList<string> PrivatePaths { get; } = [];

    /// <summary>The version that a new lease would have.</summary>
    public SnapshotVersion Version
    {
        get
        {
            lock (gate)
                return snapshots[^1].Version;
        }
    }

    /// <summary>Snapshots held now, the newest included.</summary>
    public int SnapshotsHeld
    {
        get
        {
            lock (gate)
                return snapshots.Count;
        }
    }

    /// <summary>Opens the engine. The catalog shows empty tables until the first <see cref="RefreshAsync"/>.</summary>
    public static FlowCatalog Open(IObjectStore store, CatalogOptions options, TimeProvider timeProvider) => new(store, options, timeProvider);

    /// <summary>Takes in what was committed since. Returns true when there is a new version.</summary>
    /// <exception cref="IOException">The store cannot be read. What was there before stays.</exception>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken = default)
    {
        if (!await ReadTablesAsync(cancellationToken))
            return false;
        var moved = !Versions.SequenceEqual(published);
        if (Volatile.Read(ref broken))
            Renew();
        else if (moved)
            Publish();
        DropOld();
        return moved;
    }

    /// <summary>Tells of an error of the engine; one that it does not survive makes the next refresh open a new engine.</summary>
    public void Report(DuckException exception)
    {
        if (exception.ErrorType is DuckErrorType.Fatal or DuckErrorType.Internal)
            Volatile.Write(ref broken, true);
    }

    /// <summary>Holds the newest snapshot.</summary>
    public SnapshotLease Acquire()
    {
        lock (gate)
            return Lease(snapshots[^1]);
    }

    /// <summary>Holds the snapshot of a version, or returns null when it is no longer there.</summary>
    public SnapshotLease? Acquire(SnapshotVersion version)
    {
        lock (gate)
            return snapshots.LastOrDefault(snapshot => snapshot.Version == version) is { } snapshot ? Lease(snapshot) : null;
    }

    public void Dispose()
    {
        definer.Dispose();
        database.Dispose();
        links.Dispose();
    }

    // Rollups first, so that flows is not older than they are. Where a compaction came between, flows has a file that mixes what a rollup read before covers with later rows: then that rollup has moved as well.
    private async Task<bool> ReadTablesAsync(CancellationToken cancellationToken)
    {
        foreach (var table in tables.Skip(1))
            await table.RefreshAsync(cancellationToken);
        for (var reading = 0; reading < ReadingsMax; reading++)
        {
            foreach (var (_, replica) in rollups)
                await replica.RefreshAsync(cancellationToken);
            await Flows.RefreshAsync(cancellationToken);
            if (rollups.All(rollup => RollupPlan.Fits(Flows.Current.Snapshot, RollupPlan.Mark(rollup.Replica.Current.Snapshot))))
                return true;
        }

        return false;
    }

    private (DuckDatabase Database, DuckConnection Definer) OpenEngine()
    {
        var opened = DuckDatabase.Open(new DuckOptions { MemoryLimitBytes = options.MemoryLimitBytes, Threads = options.Threads });
        try
        {
            var connection = opened.Connect();
            EngineLock.Apply(connection, PrivatePaths);
            return (opened, connection);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    // The snapshots of the broken engine go with it; whoever still reads one keeps that engine open until done, and gets its errors.
    private void Renew()
    {
        var (oldDatabase, oldDefiner) = (database, definer);
        (database, definer) = OpenEngine();
        Publish();
        lock (gate)
            snapshots.RemoveRange(0, snapshots.Count - 1);
        Volatile.Write(ref broken, false);
        oldDefiner.Dispose();
        oldDatabase.Dispose();
    }

    private static string Folder(IObjectStore store, string table, string cache) =>
        Path.GetDirectoryName(store.LocalPath($"{table}/any")) ?? Path.Combine(cache, table);

    private static SnapshotLease Lease(LakeSnapshot snapshot)
    {
        snapshot.Take();
        return new SnapshotLease(snapshot);
    }

    private void Publish()
    {
        ImmutableArray<ReplicaSnapshot> current = [.. tables.Select(table => table.Current)];
        var flows = current[0];
        var schema = new RelationSchema($"snapshot_{++schemas}", options.Prices);
        definer.Execute($"CREATE SCHEMA {schema.Name}");
        foreach (var (table, snapshot) in LakeTables.All.Zip(current))
            CreateView(schema, FlowRelations.FilesOf(table), FileView.Select(table, snapshot, links));
        foreach (var (relation, replica) in rollups)
        {
            var mark = RollupPlan.Mark(replica.Current.Snapshot);
            CreateView(schema, relation.FilesView, FileView.Select(replica.Table, replica.Current, links));
            CreateView(schema, relation.TailView, FileView.Select(Flows.Table, flows with { Files = [.. flows.Files.Where(file => DataVersion.Of(file.Add) > mark)] }, links));
        }

        foreach (var relation in FlowRelations.All)
        {
            CreateView(schema, relation.Name, relation.Select(schema));
            CreateView(schema, relation.KeyedView, relation.KeyedSelect(schema));
        }

        published = [.. Versions];
        var version = SnapshotVersion.Of(current.Select(snapshot => snapshot.Snapshot.Version));
        lock (gate)
            snapshots.Add(new LakeSnapshot(database, schema.Name, version, timeProvider.GetTimestamp()));
    }

    private void CreateView(RelationSchema schema, string name, string select) => definer.Execute($"CREATE VIEW {schema.View(name)} AS {select}");

    // Pages of one answer are asked for one by one, so a snapshot stays a while after the last of them; but not any number of them.
    private void DropOld()
    {
        LakeSnapshot[] dropped;
        lock (gate)
        {
            var spare = snapshots.Count - options.SnapshotsMax;
            dropped = [.. snapshots.SkipLast(1).Where((snapshot, index) => !snapshot.InUse && (index < spare || timeProvider.GetElapsedTime(snapshot.CreatedAt) > options.SnapshotHold))];
            snapshots.RemoveAll(dropped.Contains);
        }

        foreach (var snapshot in dropped)
            definer.Execute($"DROP SCHEMA {snapshot.Schema} CASCADE");
    }
}
