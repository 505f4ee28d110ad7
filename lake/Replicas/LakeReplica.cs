using System.Collections.Immutable;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Rollups;
using FlowLake.Schemas.Tables;

namespace FlowLake.Lake.Replicas;

/// <summary>Follows the tables of a lake and keeps their files where the engine can read them: in place in a directory store, as copies in a local folder otherwise.</summary>
/// <remarks>
/// Guarantees: 1. <see cref="Tables"/> is one committed version of each table whose rollups and flows go together, and changes in one step, by <see cref="Show"/>. 2. A copy has the size the log names.
/// 3. Of a version that follows another one no file is missing that the plan has, but those that were missing before. 4. A file that <see cref="Keep"/> names stays.
/// Rollups are held whole, and so is coverage, which answers for flows of any time; the other tables share what the budget leaves, the newest rows of all of them first.
/// All is for one caller at a time, but for <see cref="Tables"/> and the figures, which are for any number.
/// </remarks>
public sealed class LakeReplica : IDisposable
{
    /// <summary>Files fetched at once.</summary>
    private const int Parallelism = 8;

    /// <summary>After this time no further file is begun by <see cref="FetchAheadAsync"/>, so that what is committed meanwhile has its turn.</summary>
    private static readonly TimeSpan AheadTime = TimeSpan.FromSeconds(5);

    /// <summary>Time between two writings of what is shown, which takes the length of the log.</summary>
    private static readonly TimeSpan StatePause = TimeSpan.FromMinutes(1);

    /// <summary>Time between two looks for what ended processes left.</summary>
    private static readonly TimeSpan SweepPause = TimeSpan.FromHours(1);

    private static readonly ImmutableHashSet<string> whole = [CoverageColumns.Table.Name, .. RollupTables.All.Select(rollup => rollup.Table.Name)];

    private readonly IObjectStore store;
    private readonly ReplicaOptions options;
    private readonly TimeProvider timeProvider;
    private readonly ReplicaFolder? folder;
    private readonly LakeLogs logs;
    private ImmutableDictionary<string, TableSnapshot> target = LakeTables.WithRollups.ToImmutableDictionary(table => table.Name, _ => TableSnapshot.Empty);
    private ImmutableArray<ReplicaCandidate> plan = [];
    private ImmutableArray<ReplicaTable> tables = [];
    private DateTimeOffset readBegun;
    private long? stateAt;
    private long sweptAt;
    private bool isRead;
    private bool isFollowed;
    private bool changed = true;
    private bool remembered = true;
    private long fetched;
    private long bytesFetched;
    private long failures;

    /// <summary>Opens the folder, and shows at once what a process before left in it.</summary>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public LakeReplica(IObjectStore store, ReplicaOptions options, TimeProvider timeProvider)
    {
        (this.store, this.options, this.timeProvider) = (store, options, timeProvider);
        logs = new LakeLogs(store, timeProvider);
        ReadAt = timeProvider.GetUtcNow();
        if (store.LocalPath($"{FlowColumns.Table.Name}/any") is null)
        {
            folder = new ReplicaFolder(options.Folder, store, target.Keys);
            sweptAt = timeProvider.GetTimestamp();
            Budget = options.Bytes ?? Math.Min(ReplicaOptions.BytesDefault, (FreeBytes(folder.Root) + folder.Bytes) / 2);
            if (options.FetchesAhead && ReplicaState.Read(StatePath) is { } state && target.Keys.All(state.Tables.ContainsKey))
                (target, ReadAt, plan, isRead) = (state.Tables, state.ReadAt, Plan(state.Tables), true);
        }

        Show();
    }

    /// <summary>The tables as they are to be asked.</summary>
    public ImmutableArray<ReplicaTable> Tables => tables;

    /// <summary>When the logs were last read to their ends, and all that is shown was the newest.</summary>
    public DateTimeOffset ReadAt { get; private set; }

    /// <summary>Bytes the newest version's copies may take; null where it is read in place.</summary>
    public long? Budget { get; }

    /// <summary>Bytes of all copies, those included that only versions before the newest need.</summary>
    public long Bytes => folder?.Bytes ?? 0;

    /// <summary>Files that are to be fetched.</summary>
    public int FilesComing => folder is null || !options.FetchesAhead ? 0 : plan.Count(file => Find(file) is null);

    public long FilesFetched => Interlocked.Read(ref fetched);

    public long BytesFetched => Interlocked.Read(ref bytesFetched);

    public long FilesDeleted => folder?.Deleted ?? 0;

    public long FetchFailures => Interlocked.Read(ref failures);

    private string StatePath => Path.Combine(folder!.Root, "shown");

    /// <summary>The newest version the table's log was seen to have, its files here or not yet; -1 before the first.</summary>
    public long NewestSeen(string table) => logs.Newest(table);

    /// <summary>The folder in which a table's files are.</summary>
    public string FolderOf(string table) => folder?.FolderOf(table) ?? Path.GetDirectoryName(store.LocalPath($"{table}/any"))!;

    /// <summary>Reads what was committed since.</summary>
    /// <returns>False where maintenance was at work meanwhile, so that rollups and flows did not go together: then nothing is changed.</returns>
    /// <exception cref="IOException">The store cannot be read.</exception>
    public async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        var begun = timeProvider.GetUtcNow();
        if (await logs.ReadAsync(cancellationToken) is not { } read)
            return false;
        // What comes from the folder's notes is planned anew: the lake may have been made anew.
        if (!isFollowed || target.Any(table => table.Value.Version != read[table.Key].Version))
        {
            plan = folder is null ? [] : Plan(read);
            (changed, remembered) = (true, false);
        }

        (target, isRead, isFollowed, readBegun) = (read, true, true, begun);
        if (folder is not null && timeProvider.GetElapsedTime(sweptAt) >= SweepPause)
        {
            folder.Sweep();
            (sweptAt, changed) = (timeProvider.GetTimestamp(), true);
        }

        return true;
    }

    /// <summary>Fetches what the new version has to have: the files of the plan that were not there before, and tables that are held whole.</summary>
    /// <exception cref="IOException">One cannot be had.</exception>
    public Task FetchNewAsync(CancellationToken cancellationToken)
    {
        var before = tables.Where(table => table.Snapshot.Exists).ToDictionary(table => table.Table.Name, table => table.Snapshot);
        return FetchAllAsync(Missing().Where(file => file.Rank == ReplicaRank.Whole || (before.Count > 0 && !(before.TryGetValue(file.Table, out var snapshot) && snapshot.Files.ContainsKey(file.Add.Path)))), cancellationToken);
    }

    /// <summary>Fetches some more of the plan, the newest first, for about five seconds. <see cref="Show"/> shows it.</summary>
    /// <exception cref="IOException">One cannot be had.</exception>
    public Task FetchAheadAsync(CancellationToken cancellationToken)
    {
        var begun = timeProvider.GetTimestamp();
        return FetchAllAsync(Missing().TakeWhile(_ => timeProvider.GetElapsedTime(begun) < AheadTime), cancellationToken);
    }

    /// <summary>Fetches files of a table.</summary>
    /// <returns>False where they are larger than the budget.</returns>
    /// <exception cref="IOException">One cannot be had.</exception>
    public async Task<bool> FetchAsync(TableDefinition table, IReadOnlyCollection<AddAction> files, CancellationToken cancellationToken)
    {
        if (files.Sum(file => file.Size) > Budget)
            return false;
        await FetchAllAsync(files.Select(file => new ReplicaCandidate(table.Name, file, ReplicaRank.Raw, IsHere: false)), cancellationToken);
        return true;
    }

    /// <summary>Shows the version read last, with the files that are here.</summary>
    /// <returns>Whether <see cref="Tables"/> changed.</returns>
    public bool Show()
    {
        ReadAt = readBegun > ReadAt ? readBegun : ReadAt;
        if (!changed)
            return false;
        changed = false;
        var planned = plan.Select(file => NameOf(file.Table, file.Add)).ToHashSet();
        tables = [.. LakeTables.WithRollups.Select(table => Table(table, planned))];
        return true;
    }

    /// <summary>Deletes the copies that neither some versions nor the plan need.</summary>
    public void Keep(IEnumerable<ReplicaTable> versions)
    {
        if (folder is null)
            return;
        var needed = plan.Select(file => NameOf(file.Table, file.Add)).ToHashSet();
        foreach (var version in versions)
            needed.UnionWith(version.Files.Select(file => NameOf(version.Table.Name, file.Add)));
        folder.Keep(needed);
    }

    /// <summary>Writes down what is shown, for the next process, unless that was done a moment ago.</summary>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public void Remember()
    {
        if (folder is null || !options.FetchesAhead || remembered || (stateAt is { } at && timeProvider.GetElapsedTime(at) < StatePause))
            return;
        new ReplicaState(ReadAt, tables.ToImmutableDictionary(table => table.Table.Name, table => table.Snapshot)).Write(StatePath);
        (stateAt, remembered) = (timeProvider.GetTimestamp(), true);
    }

    public void Dispose()
    {
        try
        {
            // Also where nothing was committed since: it is known to be the newest for longer by now.
            (stateAt, remembered) = (null, !isFollowed);
            Remember();
        }
        catch (IOException)
        {
            // The next process begins with what was written before.
        }

        folder?.Dispose();
    }

    private ImmutableArray<ReplicaCandidate> Plan(ImmutableDictionary<string, TableSnapshot> versions)
    {
        var mark = RollupTables.All.Min(rollup => RollupPlan.Mark(versions[rollup.Table.Name]));
        return ReplicaPlan.Choose(versions.SelectMany(table => table.Value.Files.Values.Select(add => new ReplicaCandidate(table.Key, add, RankOf(table.Key, add), folder!.Find(NameOf(table.Key, add), add.Size) is not null))), Budget!.Value);

        ReplicaRank RankOf(string table, AddAction add) =>
            whole.Contains(table) ? ReplicaRank.Whole : table == FlowColumns.Table.Name && DataVersion.Of(add) > mark ? ReplicaRank.Tail : ReplicaRank.Raw;
    }

    private IEnumerable<ReplicaCandidate> Missing() => folder is null || !options.FetchesAhead ? [] : plan.Where(file => Find(file) is null);

    private async Task FetchAllAsync(IEnumerable<ReplicaCandidate> files, CancellationToken cancellationToken)
    {
        await Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken }, async (file, token) =>
        {
            try
            {
                if (await folder!.FetchAsync(NameOf(file.Table, file.Add), file.Add.Size, store, KeyOf(file), token))
                {
                    Interlocked.Increment(ref fetched);
                    Interlocked.Add(ref bytesFetched, file.Add.Size);
                }

                changed = true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Interlocked.Increment(ref failures);
                throw;
            }
        });
    }

    private ReplicaTable Table(TableDefinition table, HashSet<ReplicaName> planned)
    {
        var (files, coming, left) = (ImmutableArray.CreateBuilder<ReplicaFile>(), ImmutableArray.CreateBuilder<AddAction>(), ImmutableArray.CreateBuilder<AddAction>());
        foreach (var add in target[table.Name].Files.Values)
        {
            var name = NameOf(table.Name, add);
            var path = folder is null ? store.LocalPath($"{table.Name}/{DeltaPath.Decode(add.Path)}") : folder.Find(name, add.Size);
            if (path is not null && (folder is null || !options.FetchesAhead || planned.Contains(name)))
                files.Add(new ReplicaFile(add, path));
            else if (options.FetchesAhead && planned.Contains(name))
                coming.Add(add);
            else
                left.Add(add);
        }

        return new ReplicaTable(table, target[table.Name], files.DrainToImmutable(), coming.DrainToImmutable(), left.DrainToImmutable()) { IsRead = isRead };
    }

    private string? Find(ReplicaCandidate file) => folder!.Find(NameOf(file.Table, file.Add), file.Add.Size);

    private static ReplicaName NameOf(string table, AddAction add)
    {
        var path = DeltaPath.Decode(add.Path);
        return new ReplicaName(table, path[(path.LastIndexOf('/') + 1)..]);
    }

    private static string KeyOf(ReplicaCandidate file) => $"{file.Table}/{DeltaPath.Decode(file.Add.Path)}";

    private static long FreeBytes(string path) => new DriveInfo(path).AvailableFreeSpace;
}
