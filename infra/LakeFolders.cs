using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Inbox;
using FlowLake.Schemas.Rollups;
using FlowLake.Schemas.Tables;

namespace FlowLake.Infra;

/// <summary>The folders of a lake that someone is given leave to.</summary>
internal static class LakeFolders
{
    /// <summary>What agents bring.</summary>
    public const string Inbox = InboxKey.Prefix;

    /// <summary>What ingest could not read.</summary>
    public const string Quarantine = "quarantine/";

    /// <summary>The tables ingest and maintenance keep.</summary>
    public static readonly TableDefinition[] Tables = [FlowColumns.Table, CoverageColumns.Table, .. SideObject.Tables, .. RollupTables.All.Select(rollup => rollup.Table)];

    /// <summary>Each table's folder: its log and its data.</summary>
    public static string[] OfTables => [.. Tables.Select(table => table.Name + "/")];

    /// <summary>Each table's data files, without its log.</summary>
    public static string[] OfData => [.. Tables.Select(table => $"{table.Name}/{table.PartitionColumns[0]}=")];

    /// <summary>Each table's log.</summary>
    public static string[] OfLogs => [.. Tables.Select(table => $"{table.Name}/{DeltaPath.LogFolder}")];
}
