using System.Collections.Immutable;
using FlowLake.Schemas.DeltaLog;

namespace FlowLake.Lake.Tables;

// Upkeep: checkpoints, and the end of versions nobody travels back to. Any number may do it at once, and die anywhere.
public sealed partial class TableLog
{
    /// <summary>Writes the checkpoint of a snapshot and points the hint at it.</summary>
    /// <remarks>The file is whole or not there, and whoever writes a version's checkpoint writes the same state. A hint that a slower writer turns back is only stale.</remarks>
    /// <param name="snapshot">A snapshot of this table that exists.</param>
    /// <returns>Size of the checkpoint in bytes.</returns>
    public async Task<long> WriteCheckpointAsync(TableSnapshot snapshot, CancellationToken cancellationToken = default)
    {
        DeltaAction[] actions = [.. snapshot.CheckpointActions(timeProvider.GetUtcNow())];
        var bytes = await checkpoints.WriteAsync(CheckpointKey(snapshot.Version), actions, cancellationToken);
        var hint = new LastCheckpoint(snapshot.Version, actions.Length, bytes, snapshot.Files.Count);
        await store.PutAsync(LogFolder + LastCheckpoint.FileName, hint.Write(), cancellationToken);
        return bytes;
    }

    /// <summary>The files of the log that no version within its retention needs, oldest first. The checkpoint that makes them superfluous has been read whole.</summary>
    /// <param name="listing">The log.</param>
    /// <param name="snapshot">A snapshot of it, whose properties say the retention.</param>
    public async Task<ImmutableArray<string>> ExpiredLogFilesAsync(LogListing listing, TableSnapshot snapshot, CancellationToken cancellationToken = default)
    {
        if (listing.CleanupCheckpoint(timeProvider.GetUtcNow(), TableProperties.LogRetention(snapshot.Metadata!)) is not { } checkpoint
            || await TryReadCheckpointAsync(checkpoint, cancellationToken) is null)
            return [];
        return [.. listing.FilesBelow(checkpoint).Select(name => LogFolder + name)];
    }
}
