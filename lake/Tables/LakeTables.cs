using System.Collections.Immutable;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Inbox;
using FlowLake.Schemas.Tables;

namespace FlowLake.Lake.Tables;

/// <summary>The tables of a lake that inbox files feed.</summary>
public static class LakeTables
{
    public static readonly ImmutableArray<TableDefinition> All = [FlowColumns.Table, CoverageColumns.Table, .. SideObject.Tables];
}
