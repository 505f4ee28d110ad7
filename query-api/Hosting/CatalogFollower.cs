using System.Diagnostics.Metrics;
using FlowLake.QueryApi.Relations;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FlowLake.QueryApi.Hosting;

/// <summary>Refreshes the catalog every second while serving, less often while that fails.</summary>
internal sealed class CatalogFollower : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(30);

    private readonly FlowCatalog catalog;
    private readonly TimeProvider timeProvider;
    private readonly ILogger<CatalogFollower> logger;
    private readonly Counter<long> failures;
    private bool refreshed;

    public CatalogFollower(FlowCatalog catalog, TimeProvider timeProvider, IMeterFactory meters, ILogger<CatalogFollower> logger)
    {
        (this.catalog, this.timeProvider, this.logger) = (catalog, timeProvider, logger);
        var meter = meters.Create(QueryMetrics.Meter);
        failures = meter.CreateCounter<long>("flowlake.catalog.refresh.failures", unit: "{failure}", description: "Attempts to follow the lake that failed.");
        meter.CreateObservableGauge("flowlake.catalog.behind", () => catalog.Lag.Time.TotalSeconds, unit: "s", description: "Time since the lake's log was last read to its end.");
        meter.CreateObservableGauge("flowlake.catalog.behind.versions", () => catalog.Lag.Versions, unit: "{version}", description: "Versions of the lake's tables, added up, that are known to be there and are not answered from yet.");
        meter.CreateObservableGauge("flowlake.catalog.version", () => catalog.Version.Flows, unit: "{version}", description: "Version of the table flows that answers are of.");
        ReplicaMetrics.Show(meter, catalog);
        meter.CreateObservableGauge("flowlake.catalog.snapshots", () => catalog.SnapshotsHeld, unit: "{snapshot}", description: "Snapshots held for running questions and further pages.");
    }

    /// <summary>True once the lake's log was read to its end.</summary>
    public bool Ready => Volatile.Read(ref refreshed);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = Pause;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await catalog.RefreshAsync(stoppingToken))
                    QueryLog.Moved(logger, catalog.Version.ToString());
                Volatile.Write(ref refreshed, true);
                var more = await catalog.FetchAheadAsync(stoppingToken);
                if (pause > Pause)
                    QueryLog.FollowsAgain(logger);
                pause = Pause;
                if (more)
                    continue;
            }
            // Whatever keeps the lake from being read, what was read before can still be asked, and it may pass.
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                failures.Add(1);
                pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
                QueryLog.CannotFollow(logger, exception, pause, catalog.Version.ToString());
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(pause, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
