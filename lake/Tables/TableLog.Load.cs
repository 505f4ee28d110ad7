using System.Collections.Immutable;
using FlowLake.Schemas.DeltaLog;

namespace FlowLake.Lake.Tables;

// Reading: the newest version, or an older one, from the newest checkpoint at or below it and the commits that follow.
public sealed partial class TableLog
{
    /// <summary>Versions read at once when many are new. A version is small, and a remote store takes milliseconds to begin answering.</summary>
    private const int ReadsAtOnce = 16;

    /// <summary>Times a load begins anew because a clean-up took a version it was about to read.</summary>
    private const int RestartsMax = 3;

    /// <summary>The newest version of the table, <see cref="TableSnapshot.Empty"/> while it does not exist.</summary>
    /// <param name="known">A snapshot already at hand: only what came after it is read.</param>
    /// <exception cref="DeltaLogException">A version is missing or cannot be read.</exception>
    public Task<TableSnapshot> LoadAsync(TableSnapshot? known = null, CancellationToken cancellationToken = default) =>
        RestartedAsync(async restart =>
        {
            if (restart == 0 && known is { Exists: true })
                return await ReplayAsync(known, (await ListAsync(Key(known.Version), cancellationToken)).Newest, cancellationToken);
            var listing = restart == 0 ? await ListFromHintAsync(cancellationToken) : await ListAsync(null, cancellationToken);
            return await LoadAsync(listing, listing.Newest, cancellationToken);
        });

    /// <summary>The table as it was at a version.</summary>
    /// <exception cref="DeltaLogException">There is no such version, or it is too old to be loaded.</exception>
    public Task<TableSnapshot> LoadVersionAsync(long version, CancellationToken cancellationToken = default) =>
        RestartedAsync(async _ =>
        {
            var listing = await ListAsync(null, cancellationToken);
            if (version < 0 || version > listing.Newest || listing.OldestLoadable is not { } oldest || version < oldest)
                throw new DeltaLogException($"table {table.Name} has no version {version} that can be loaded; it has {Range(listing)}.");
            return await LoadAsync(listing, version, cancellationToken);
        });

    /// <summary>The table as it was at a moment: the last version whose commit was put until then.</summary>
    /// <exception cref="DeltaLogException">No version that can be loaded is as old.</exception>
    public Task<TableSnapshot> LoadAsOfAsync(DateTimeOffset moment, CancellationToken cancellationToken = default) =>
        RestartedAsync(async _ =>
        {
            var listing = await ListAsync(null, cancellationToken);
            if (listing.VersionAt(moment) is not { } version || version < listing.OldestLoadable)
                throw new DeltaLogException($"table {table.Name} has no version as of {moment:u} that can be loaded; it has {Range(listing)}.");
            return await LoadAsync(listing, version, cancellationToken);
        });

    /// <summary>The commits and checkpoints that are in the log.</summary>
    public Task<LogListing> ListAsync(CancellationToken cancellationToken = default) => ListAsync(null, cancellationToken);

    /// <summary>Who committed the newest versions, newest first.</summary>
    /// <param name="listing">The log.</param>
    /// <param name="count">How many versions at most.</param>
    public async Task<ImmutableArray<TableVersion>> HistoryAsync(LogListing listing, int count, CancellationToken cancellationToken = default)
    {
        (long Version, DateTimeOffset Time)[] newest = [.. listing.MonotoneTimes().TakeLast(count).Reverse()];
        var history = ImmutableArray.CreateBuilder<TableVersion>();
        foreach (var some in newest.Chunk(ReadsAtOnce))
        {
            foreach (var (commit, actions) in some.Zip(await Task.WhenAll(some.Select(commit => ReadAsync(commit.Version, cancellationToken)))))
            {
                // One that a clean-up took meanwhile is past history.
                if (actions is { } found)
                    history.Add(TableVersion.Of(commit.Version, commit.Time, found));
            }
        }

        return history.DrainToImmutable();
    }

    private static string Range(LogListing listing) => listing.OldestLoadable is { } oldest
        ? $"versions {oldest} to {listing.Newest}, committed {listing.MonotoneTimes().FirstOrDefault(commit => commit.Version >= oldest).Time:u} to {listing.MonotoneTimes().LastOrDefault().Time:u}"
        : "none";

    private static async Task<TableSnapshot> RestartedAsync(Func<int, Task<TableSnapshot>> load)
    {
        for (var restart = 0; ; restart++)
        {
            try
            {
                return await load(restart);
            }
            catch (VersionGoneException) when (restart < RestartsMax)
            {
                // A clean-up deleted what the listing showed, or the snapshot at hand is older than the log: there is a newer checkpoint then.
            }
            catch (VersionGoneException gone)
            {
                throw new DeltaLogException(gone.Message, gone);
            }
        }
    }

    private async Task<LogListing> ListAsync(string? startAfter, CancellationToken cancellationToken)
    {
        var files = new List<(string Name, DateTimeOffset Time)>();
        await foreach (var stored in store.ListAsync(LogFolder, startAfter, cancellationToken))
            files.Add((stored.Key[LogFolder.Length..], stored.LastModified));
        return LogListing.Of(files);
    }

    // A log of a month has tens of thousands of versions; the hint spares listing them. Where it leads to no checkpoint, it was none.
    private async Task<LogListing> ListFromHintAsync(CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(LogFolder + LastCheckpoint.FileName, cancellationToken) is { } content && LastCheckpoint.Read(content) is { } hint)
        {
            // The name without its ending comes right before the version's files.
            var listing = await ListAsync(CheckpointKey(hint.Version)[..^".checkpoint.parquet".Length], cancellationToken);
            if (!listing.Checkpoints.IsEmpty)
                return listing;
        }

        return await ListAsync(null, cancellationToken);
    }

    private async Task<TableSnapshot> LoadAsync(LogListing listing, long version, CancellationToken cancellationToken)
    {
        foreach (var checkpoint in listing.CheckpointsUpTo(version))
        {
            if (await TryReadCheckpointAsync(checkpoint, cancellationToken) is { } snapshot)
                return await ReplayAsync(snapshot, version, cancellationToken);
        }

        // All that the hint led to are broken, but older ones may not be.
        if (!listing.Commits.ContainsKey(0) && await ListAsync(null, cancellationToken) is var whole && whole.OldestLoadable < listing.OldestLoadable)
            return await LoadAsync(whole with { Checkpoints = whole.Checkpoints.RemoveRange(listing.Checkpoints.Keys) }, version, cancellationToken);
        return await ReplayAsync(TableSnapshot.Empty, version, cancellationToken);
    }

    // Null where the file is gone or no checkpoint: there may be an older one, or all commits.
    private async Task<TableSnapshot?> TryReadCheckpointAsync(long version, CancellationToken cancellationToken)
    {
        IReadOnlyList<DeltaAction> actions;
        try
        {
            actions = await checkpoints.ReadAsync(CheckpointKey(version), cancellationToken);
            if (!actions.Any(action => action is ProtocolAction) || !actions.Any(action => action is MetadataAction))
                return null;
        }
        catch (Exception exception) when (exception is DeltaLogException or FileNotFoundException)
        {
            return null;
        }

        // The commit of the same version is kept beside its checkpoint, which does not say when it was committed.
        var commit = await store.ReadAsync(Key(version), cancellationToken);
        var committedAt = commit is null ? null : DeltaJson.ReadCommitInfo(commit, store.Location + Key(version))?.Timestamp;
        return TableSnapshot.FromCheckpoint(version, actions, committedAt);
    }

    // A listing may show a version and not the one before it, if both were put while it ran: so the newest one
    // is all it is asked for, and every version up to there is read by its name.
    private async Task<TableSnapshot> ReplayAsync(TableSnapshot snapshot, long newest, CancellationToken cancellationToken)
    {
        while (snapshot.Version < newest)
        {
            var first = snapshot.Version + 1;
            var count = (int)Math.Min(ReadsAtOnce, newest - snapshot.Version);
            var contents = await Task.WhenAll(Enumerable.Range(0, count).Select(index => ReadAsync(first + index, cancellationToken)));
            foreach (var (index, actions) in contents.Index())
                snapshot = snapshot.Apply(first + index, actions ?? throw Missing(first + index, newest));
        }

        return snapshot;
    }

    private VersionGoneException Missing(long version, long newest) => new(
        $"{store.Location}{Key(version)}: version {version} of table {table.Name} is missing, though version {newest} is there, and no checkpoint after it can be read. "
        + "Restore that object; until then the table cannot be read.");

    /// <summary>A version is not there that ought to be.</summary>
    private sealed class VersionGoneException(string message) : Exception(message);
}
