using System.Collections.Immutable;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Tables;
using Make = FlowLake.Schemas.Tables.ColumnsOf<FlowLake.Schemas.Flows.FlowRecord>;

namespace FlowLake.Schemas.Rollups;

/// <summary>The rollups of the table <c>flows</c>. Their columns are those of flows, so a column's meaning is written once.</summary>
public static class RollupTables
{
    /// <summary>Start of the hour in which a row's window started.</summary>
    public static readonly Column Hour = Make.Timestamp("hour", "Start of the hour in which the windows started; UTC.", flow => new DateTimeOffset(flow.WindowStart.UtcTicks - (flow.WindowStart.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero));

    // Every counter of the record but the smallest and largest round trip, which do not add up.
    private static readonly ImmutableArray<Column> counters = [.. FlowColumns.All.Where(column => column.Type == ColumnType.Int64 && column.Name is not ("srtt_us_min" or "srtt_us_max"))];

    /// <summary>Traffic between zones.</summary>
    public static readonly RollupDefinition ZoneHourly = Define("zone_hourly", ["zone"], ["hour", "client_zone", "server_zone"]);

    /// <summary>Traffic between workloads.</summary>
    public static readonly RollupDefinition PairHourly = Define("pair_hourly", ["kind", "namespace", "workload", "zone"], ["client_workload", "server_workload", "hour"]);

    /// <summary>All of them.</summary>
    public static readonly ImmutableArray<RollupDefinition> All = [ZoneHourly, PairHourly];

    /// <summary>The rollup that a table is, or null.</summary>
    public static RollupDefinition? Of(TableDefinition table) => All.FirstOrDefault(rollup => rollup.Table.Name == table.Name);

    private static RollupDefinition Define(string name, ImmutableArray<string> parts, ImmutableArray<string> sortOrder)
    {
        ImmutableArray<Column> dimensions = [.. parts.SelectMany(part => new[] { Flow("client_" + part), Flow("server_" + part) })];
        return new RollupDefinition(new TableDefinition(name, [FlowColumns.Date, Hour, .. dimensions, .. counters, .. RollupTraffic.All], [FlowColumns.Date.Name], sortOrder) { SchemaGeneration = RollupTraffic.Generation }, dimensions, counters);
    }

    private static Column Flow(string name) => FlowColumns.All.Single(column => column.Name == name);
}
