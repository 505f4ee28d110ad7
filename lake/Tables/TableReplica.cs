using System.Collections.Immutable;
using FlowLake.Lake.Objects;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Tables;

namespace FlowLake.Lake.Tables;

/// <summary>A data file of a snapshot and where it can be read on this machine.</summary>
public sealed record ReplicaFile(AddAction Add, string LocalPath);

/// <summary>One version of a table with all its files on this machine.</summary>
public sealed record ReplicaSnapshot(TableSnapshot Snapshot, ImmutableArray<ReplicaFile> Files)
{
    public static readonly ReplicaSnapshot Empty = new(TableSnapshot.Empty, []);
}

/// <summary>
/// Follows a table and keeps its files where the engine can read them: in place in a directory store, as copies in a local folder otherwise.
/// </summary>
/// <remarks>
/// Guarantees: 1. <see cref="Current"/> is one committed version, whole; it changes in one step. 2. A copy has the size the log names.
/// <see cref="RefreshAsync"/> is for one caller at a time; <see cref="Current"/> for any number.
/// </remarks>
/// <param name="store">The lake's store.</param>
/// <param name="table">The table to follow.</param>
/// <param name="cacheFolder">Where copies go when the store cannot be read in place. Made when needed.</param>
/// <param name="timeProvider">The clock of the log.</param>
public sealed class TableReplica(IObjectStore store, TableDefinition table, string cacheFolder, TimeProvider timeProvider)
{
    /// <summary>Files fetched at once.</summary>
    private const int Parallelism = 8;

    private readonly TableLog log = new(store, table, timeProvider);
    private ReplicaSnapshot current = ReplicaSnapshot.Empty;
    private long newestSeen = -1;

    public TableDefinition Table => table;

    /// <summary>The newest version whose files are all here.</summary>
    public ReplicaSnapshot Current => Volatile.Read(ref current);

    /// <summary>The newest version the log was seen to have, its files here or not yet; -1 before the first.</summary>
    public long NewestSeen => Interlocked.Read(ref newestSeen);

    /// <summary>Reads what was committed since, fetches its files, and moves <see cref="Current"/> on. Returns true when it moved.</summary>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken = default)
    {
        var held = Current;
        var snapshot = await log.LoadAsync(held.Snapshot, cancellationToken);
        Interlocked.Exchange(ref newestSeen, snapshot.Version);
        if (snapshot.Version == held.Snapshot.Version)
            return false;
        await Parallel.ForEachAsync(
            snapshot.Files.Values.Where(add => !held.Snapshot.Files.ContainsKey(add.Path)),
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            async (add, token) => await FetchAsync(add, token));
        Volatile.Write(ref current, new ReplicaSnapshot(snapshot, [.. snapshot.Files.Values.Select(add => new ReplicaFile(add, PathOf(add)))]));
        return true;
    }

    private string Key(AddAction add) => log.Folder + DeltaPath.Decode(add.Path);

    // A copy's name is the file's last segment, which holds a UUID, so that it needs no folders and no odd characters.
    private string PathOf(AddAction add) =>
        store.LocalPath(Key(add)) ?? Path.Combine(cacheFolder, table.Name, DeltaPath.Decode(add.Path)[(DeltaPath.Decode(add.Path).LastIndexOf('/') + 1)..]);

    private async Task FetchAsync(AddAction add, CancellationToken cancellationToken)
    {
        if (store.LocalPath(Key(add)) is not null)
            return;
        var path = PathOf(add);
        if (File.Exists(path) && new FileInfo(path).Length == add.Size)
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await store.DownloadWholeAsync(Key(add), path, add.Size, cancellationToken);
    }
}
