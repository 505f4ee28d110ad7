using System.Globalization;
using FlowLake.Schemas.Rollups;

namespace FlowLake.Ingest.Maintenance;

/// <summary>Adds up what the table flows got since its rollups were last brought up to it. Another table has none.</summary>
/// <param name="engine">Memory and room.</param>
internal sealed class RollupTask(MaintenanceEngine engine) : IMaintenanceTask
{
    public string Name => "rollup";

    public TimeSpan Interval => TimeSpan.FromMinutes(10);

    public async Task<MaintenanceReport> RunAsync(MaintenanceTarget target, CancellationToken cancellationToken)
    {
        var (files, bytes) = (0, 0L);
        foreach (var rollup in RollupTables.All)
        {
            var builder = new RollupBuilder(target.Store, rollup, engine, target.TimeProvider);
            var (added, addedBytes) = target.DryRun ? await builder.PendingAsync(target.Snapshot, cancellationToken) : await builder.RunAsync(target.Snapshot, cancellationToken);
            files += added;
            bytes += addedBytes;
        }

        return target.Report(Name, files, bytes, files == 0
            ? "the rollups have every row"
            : string.Create(CultureInfo.InvariantCulture, $"{files} files added up in {RollupTables.All.Length} rollups up to version {target.Snapshot.Version}"));
    }
}
