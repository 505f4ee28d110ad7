using System.Globalization;
using FlowLake.Schemas.DeltaLog;

namespace FlowLake.Ingest.Maintenance;

/// <summary>Deletes data files no reader needs: removed ones past their tombstones' retention, and what died ingests put and never committed.</summary>
/// <param name="safeAge">How old a file must be that no log names.</param>
internal sealed class VacuumTask(TimeSpan safeAge) : IMaintenanceTask
{
    /// <summary>Files deleted at once, after which a stop is heard.</summary>
    private const int DeletedAtOnce = 1_000;

    public string Name => "vacuum";

    public TimeSpan Interval => TimeSpan.FromHours(6);

    public async Task<MaintenanceReport> RunAsync(MaintenanceTarget target, CancellationToken cancellationToken)
    {
        // Listed first and loaded then: a file that was listed and committed meanwhile is in the snapshot, and kept.
        var objects = await target.Store.ListAsync(target.Log.Folder, null, cancellationToken)
            .Select(stored => new TableObject(stored.Key[target.Log.Folder.Length..], stored.Size, stored.LastModified))
            .ToArrayAsync(cancellationToken);
        await target.RefreshAsync(cancellationToken);
        var plan = VacuumPlan.Make(objects, target.Snapshot, target.TimeProvider.GetUtcNow(), safeAge);
        if (!target.DryRun)
        {
            foreach (var some in plan.Unneeded.Chunk(DeletedAtOnce))
                await target.Store.DeleteAsync([.. some.Select(unneeded => target.Log.Folder + unneeded.Path)], cancellationToken);
        }

        var bytes = plan.Unneeded.Sum(unneeded => unneeded.Bytes);
        return target.Report(Name, plan.Unneeded.Length, bytes, string.Create(CultureInfo.InvariantCulture, $"{plan.Unneeded.Length} files no version in use names, {bytes} bytes; {objects.Length} objects looked at"));
    }
}
