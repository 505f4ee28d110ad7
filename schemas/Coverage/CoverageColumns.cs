using System.Collections.Immutable;
using FlowLake.Schemas.Tables;
using Make = FlowLake.Schemas.Tables.ColumnsOf<FlowLake.Schemas.Coverage.CoverageRecord>;

namespace FlowLake.Schemas.Coverage;

/// <summary>The one definition of the coverage record, as <see cref="Flows.FlowColumns"/> is of the flow record.</summary>
public static class CoverageColumns
{
    /// <summary>The key of the inbox file's metadata under which its coverage rows travel, as a JSON array.</summary>
    public const string MetadataKey = "flowlake.coverage";

    public static readonly ImmutableArray<Column> All =
    [
        Make.Timestamp("window_start", "Start of the window, included; UTC.", row => row.WindowStart),
        Make.String("node", "Node of the agent.", row => row.Node),
        Make.String("reason", "What the row says: observed, or why something is missing.", row => row.Reason),
        Make.String("unit", "What amount counts: flows, connections, bytes, packets, events, files, seconds.", row => row.Unit),
        Make.Int64("amount", "unit", "How many.", row => row.Amount),
        Make.Int32("window_seconds", "seconds", "Length of the window.", row => row.WindowSeconds),
        Make.Date("date", "UTC day of window_start.", row => DateOnly.FromDateTime(row.WindowStart.UtcDateTime)),
        Make.String("zone", "Availability zone of the node.", row => row.Zone),
        Make.String("cluster", "Name of the cluster.", row => row.Cluster),
        Make.String("incarnation", "Stream of the agent that wrote the row.", row => row.Incarnation),
        Make.String("namespace", "Namespace the row is about; null where it is about the node.", row => row.Namespace),
    ];

    /// <summary>The table <c>coverage</c>.</summary>
    public static readonly TableDefinition Table = new("coverage", All, PartitionColumns: ["date"], SortOrder: ["node", "window_start", "reason"]) { SchemaGeneration = 2 };
}
