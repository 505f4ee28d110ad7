using System.Collections.Immutable;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Inbox;
using FlowLake.Schemas.Rollups;
using FlowLake.Schemas.Tables;

namespace FlowLake.Lake.Tables;

/// <summary>The tables of a lake that inbox files feed.</summary>
public static class LakeTables
{
    public static readonly ImmutableArray<TableDefinition> All = [FlowColumns.Table, CoverageColumns.Table, .. SideObject.Tables];

    /// <summary>These, and the rollups maintenance makes of them.</summary>
    public static readonly ImmutableArray<TableDefinition> WithRollups = [.. All, .. RollupTables.All.Select(rollup => rollup.Table)];
}
