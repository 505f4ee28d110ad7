using System.Collections.Immutable;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Rollups;
using FlowLake.Schemas.Tables;

namespace FlowLake.Ingest.Maintenance;

/// <summary>Runs the tasks of maintenance over the tables of a lake: once, or those that are due.</summary>
/// <param name="store">The lake's store.</param>
/// <param name="logs">The tables.</param>
/// <param name="options">What is kept.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="log">Gets a line for each task that did something or failed.</param>
public sealed class MaintenanceService(IObjectStore store, ImmutableArray<TableLog> logs, MaintenanceOptions options, TimeProvider timeProvider, TextWriter log)
{
    private readonly Dictionary<(string Table, string Task), DateTimeOffset> lastRun = [];
    private readonly Dictionary<string, MaintenanceTarget> targets = logs.ToDictionary(table => table.Table.Name, table => new MaintenanceTarget(store, table, timeProvider, options.DryRun));

    /// <summary>Runs every task on every table that exists.</summary>
    /// <exception cref="IOException">The store cannot be reached, or refuses.</exception>
    public async Task<ImmutableArray<MaintenanceReport>> RunAsync(CancellationToken cancellationToken)
    {
        var reports = ImmutableArray.CreateBuilder<MaintenanceReport>();
        foreach (var target in targets.Values)
        {
            await target.RefreshAsync(cancellationToken);
            foreach (var task in target.Snapshot.Exists ? TasksOf(target.Log.Table) : [])
                reports.Add(await RunAsync(task, target, cancellationToken));
        }

        return reports.DrainToImmutable();
    }

    /// <summary>Runs the tasks whose interval has passed since this process ran them. What fails is said and tried again after its interval: ingest goes on meanwhile.</summary>
    /// <param name="cancellationToken">Ends it between two steps, without an exception.</param>
    public async Task RunDueAsync(CancellationToken cancellationToken)
    {
        foreach (var target in targets.Values)
        {
            foreach (var task in TasksOf(target.Log.Table).Where(task => IsDue(task, target)))
            {
                try
                {
                    await target.RefreshAsync(cancellationToken);
                    lastRun[(target.Table, task.Name)] = timeProvider.GetUtcNow();
                    if (target.Snapshot.Exists)
                        await RunAsync(task, target, cancellationToken);
                }
                catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                {
                    return;
                }
                catch (Exception exception)
                {
                    lastRun[(target.Table, task.Name)] = timeProvider.GetUtcNow();
                    MaintenanceMetrics.Failed(target.Table, task.Name);
                    await log.WriteLineAsync($"maintain: {target.Table}: {task.Name} failed, next try in {task.Interval.TotalMinutes:F0} min: {exception.Message}");
                }
            }
        }
    }

    /// <summary>The tasks in the order they run on a table: rows go, the rest is added up, then written together, then the log gets its checkpoint, and last what became superfluous is deleted.</summary>
    private ImmutableArray<IMaintenanceTask> TasksOf(TableDefinition table) =>
    [
        new RetentionTask(RollupTables.All.Any(rollup => rollup.Table == table) ? options.RollupRetention : options.Retention),
        .. table == FlowColumns.Table ? [new RollupTask(options.Engine)] : Array.Empty<IMaintenanceTask>(),
        new CompactionTask(options.Engine),
        new CheckpointTask(options.CheckpointVersions),
        new VacuumTask(options.SafeAge),
        new LogCleanupTask(),
    ];

    private bool IsDue(IMaintenanceTask task, MaintenanceTarget target) =>
        !lastRun.TryGetValue((target.Table, task.Name), out var last) || timeProvider.GetUtcNow() - last >= task.Interval;

    private async Task<MaintenanceReport> RunAsync(IMaintenanceTask task, MaintenanceTarget target, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var report = await task.RunAsync(target, cancellationToken);
        MaintenanceMetrics.Ran(report);
        if (report.Done > 0)
            await log.WriteLineAsync($"maintain: {report.Table}: {(options.DryRun ? "would do " : "")}{report.Task}: {report.Detail}");
        return report;
    }
}
