namespace FlowLake.Ingest.Maintenance;

/// <summary>What a task did to a table, or in a dry run would do.</summary>
/// <param name="Table">The table.</param>
/// <param name="Task">The task.</param>
/// <param name="Version">The version of the table it looked at, or made by a commit.</param>
/// <param name="Done">Things it dealt with, such as files removed; 0 when there was nothing to do.</param>
/// <param name="Bytes">Bytes of them.</param>
/// <param name="Detail">The same as a sentence.</param>
public sealed record MaintenanceReport(string Table, string Task, long Version, long Done, long Bytes, string Detail);
