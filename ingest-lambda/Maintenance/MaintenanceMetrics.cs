using System.Diagnostics.Metrics;

namespace FlowLake.Ingest.Maintenance;

/// <summary>The counters of maintenance, for the whole process.</summary>
internal static class MaintenanceMetrics
{
    private static readonly Meter meter = new("FlowLake.Ingest.Maintenance");

    private static readonly Counter<long> runs = meter.CreateCounter<long>(
        "flowlake.maintenance.runs", unit: "{run}", description: "Runs of a task on a table, by outcome: done, idle, failed.");

    private static readonly Counter<long> done = meter.CreateCounter<long>(
        "flowlake.maintenance.done", unit: "{object}", description: "Files removed or deleted and checkpoints written, by table and task.");

    private static readonly Counter<long> bytes = meter.CreateCounter<long>(
        "flowlake.maintenance.bytes", unit: "By", description: "Bytes of them, by table and task.");

    public static void Ran(MaintenanceReport report)
    {
        Count(report.Table, report.Task, report.Done > 0 ? "done" : "idle");
        KeyValuePair<string, object?>[] tags = [new("table", report.Table), new("task", report.Task)];
        done.Add(report.Done, tags);
        bytes.Add(report.Bytes, tags);
    }

    public static void Failed(string table, string task) => Count(table, task, "failed");

    private static void Count(string table, string task, string outcome) =>
        runs.Add(1, new("table", table), new("task", task), new KeyValuePair<string, object?>("outcome", outcome));
}
