using System.Globalization;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Rollups;

namespace FlowLake.Ingest.Maintenance;

/// <summary>Writes small files of a partition together, as <see cref="CompactionPlan"/> says.</summary>
/// <param name="engine">Memory and room.</param>
internal sealed class CompactionTask(MaintenanceEngine engine) : IMaintenanceTask
{
    public string Name => "compaction";

    public TimeSpan Interval => TimeSpan.FromMinutes(5);

    public async Task<MaintenanceReport> RunAsync(MaintenanceTarget target, CancellationToken cancellationToken)
    {
        var (rollup, learned) = (RollupTables.Of(target.Log.Table), DeltaSchema.Learned(target.Log.Table, target.Snapshot.Metadata));
        if (learned.UnreadableColumns is { IsEmpty: false } unreadable)
            return target.Report(Name, 0, 0, $"left to a newer FlowLake, which wrote columns of types this one does not know: {string.Join(", ", unreadable)}");
        if (rollup is not null && learned.LearnedColumns.Any())
            return target.Report(Name, 0, 0, $"left to a newer FlowLake, which wrote columns this one cannot add up: {string.Join(", ", learned.LearnedColumns.Select(column => column.Name))}");
        var compactor = new Compactor(target.Store, engine, target.TimeProvider);
        var (files, bytes, made) = (0, 0L, 0);
        var bound = await DataVersionMaxAsync(target, cancellationToken);
        foreach (var group in CompactionPlan.Plan(target.Snapshot, bound, target.TimeProvider.GetUtcNow(), rollup is null ? CompactionAim.Rows : RollupDays.Aim))
        {
            cancellationToken.ThrowIfCancellationRequested();
            // All were planned on one version; while one of them was written, another compactor may have taken files of the next.
            if (!group.Files.All(add => target.Snapshot.Files.ContainsKey(add.Path)) || (!target.DryRun && !await TryCompactAsync(compactor, target, group, cancellationToken)))
                return Report("another commit was faster; the next run goes on");
            files += group.Files.Length;
            bytes += group.Bytes;
            made++;
        }

        return Report(files == 0 ? "no files are to be written together" : string.Create(CultureInfo.InvariantCulture, $"{files} files of {bytes} bytes became {made}"));

        MaintenanceReport Report(string detail) => target.Report(Name, files, bytes, detail);
    }

    private static async Task<bool> TryCompactAsync(Compactor compactor, MaintenanceTarget target, CompactionGroup group, CancellationToken cancellationToken)
    {
        var (key, add) = await compactor.StageAsync(DeltaSchema.Learned(target.Log.Table, target.Snapshot.Metadata), group, cancellationToken);
        if (await target.TryCommitAsync("OPTIMIZE", new TableRewrite(group.Files, [add], DataChange: false)))
            return true;
        // Every version it was put for is another's, so no log will ever name the file.
        await target.Store.DeleteAsync([key], CancellationToken.None);
        return false;
    }

    // What a rollup does not cover yet has to stay apart from what it covers, or its tail would count rows twice.
    private static async Task<long> DataVersionMaxAsync(MaintenanceTarget target, CancellationToken cancellationToken)
    {
        var bound = long.MaxValue;
        foreach (var rollup in target.Log.Table == FlowColumns.Table ? RollupTables.All : [])
            bound = Math.Min(bound, RollupPlan.Mark(await new TableLog(target.Store, rollup.Table, target.TimeProvider).LoadAsync(cancellationToken: cancellationToken)));
        return bound;
    }
}
