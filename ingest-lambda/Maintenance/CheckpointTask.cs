using System.Globalization;
using FlowLake.Schemas.DeltaLog;

namespace FlowLake.Ingest.Maintenance;

/// <summary>Writes a checkpoint of the newest version when enough versions came after the last one, so that a reader need not replay them.</summary>
/// <param name="versions">How many are enough.</param>
internal sealed class CheckpointTask(int versions) : IMaintenanceTask
{
    public string Name => "checkpoint";

    public TimeSpan Interval => TimeSpan.FromMinutes(1);

    public async Task<MaintenanceReport> RunAsync(MaintenanceTarget target, CancellationToken cancellationToken)
    {
        var last = await LastCheckpointAsync(target, cancellationToken);
        var behind = target.Snapshot.Version - last;
        if (behind < versions)
            return target.Report(Name, 0, 0, last < 0 ? $"version {target.Snapshot.Version} needs none yet" : $"version {last} has one, {behind} versions ago");
        var actions = target.Snapshot.Transactions.Count + target.Snapshot.Files.Count;
        var bytes = target.DryRun ? 0 : await target.Log.WriteCheckpointAsync(target.Snapshot, cancellationToken);
        return target.Report(Name, 1, bytes, string.Create(CultureInfo.InvariantCulture, $"of version {target.Snapshot.Version}, {behind} versions after the last: {actions} actions, {bytes} bytes"));
    }

    // The hint is one small read, where a listing of the log is dozens of requests; a stale one costs at most a checkpoint written earlier than needed.
    private static async Task<long> LastCheckpointAsync(MaintenanceTarget target, CancellationToken cancellationToken) =>
        await target.Store.ReadAsync(target.Log.Folder + DeltaPath.LogFolder + LastCheckpoint.FileName, cancellationToken) is { } content && LastCheckpoint.Read(content) is { } hint
            ? Math.Min(hint.Version, target.Snapshot.Version)
            : -1;
}
