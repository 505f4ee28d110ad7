using System.Diagnostics.Metrics;
using FlowLake.QueryApi.Relations;

namespace FlowLake.QueryApi.Hosting;

/// <summary>The figures of the copies a service answers from. Where the lake is read in place there are none of them.</summary>
internal static class ReplicaMetrics
{
    public static void Show(Meter meter, FlowCatalog catalog)
    {
        var replica = catalog.Replica;
        if (replica.Budget is not { } budget)
            return;
        meter.CreateObservableGauge("flowlake.replica.size", () => replica.Bytes, unit: "By", description: "Bytes of copies, those included that only versions before the newest need.");
        meter.CreateObservableGauge("flowlake.replica.budget", () => budget, unit: "By", description: "Bytes of copies the newest version may have.");
        meter.CreateObservableGauge("flowlake.replica.rows.from", () => RowsFrom(catalog), unit: "s", description: "Time, in seconds since 1970, from which on every row of flows is here; 0 where all are.");
        meter.CreateObservableGauge("flowlake.replica.files.coming", () => replica.FilesComing, unit: "{file}", description: "Files that are to be fetched.");
        meter.CreateObservableCounter("flowlake.replica.files.fetched", () => replica.FilesFetched, unit: "{file}", description: "Files downloaded.");
        meter.CreateObservableCounter("flowlake.replica.fetched", () => replica.BytesFetched, unit: "By", description: "Bytes of these.");
        meter.CreateObservableCounter("flowlake.replica.files.deleted", () => replica.FilesDeleted, unit: "{file}", description: "Files deleted, because no version that is held has them or newer ones take their room.");
        meter.CreateObservableCounter("flowlake.replica.fetch.failures", () => replica.FetchFailures, unit: "{failure}", description: "Downloads that failed; each is tried again.");
    }

    private static double RowsFrom(FlowCatalog catalog)
    {
        using var lease = catalog.Lease(SnapshotChoice.Newest, RowScope.All)!;
        return lease.RowsFrom(FlowRelations.FlowRows)?.ToUnixTimeMilliseconds() / 1000d ?? 0;
    }
}
