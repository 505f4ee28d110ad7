using FlowLake.Lake.Duck;
using FlowLake.Lake.Rollups;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Rollups;

namespace FlowLake.QueryApi.Relations;

/// <summary>What is behind hourly relations: a rollup's stored sums, and the rows of flows that came after them.</summary>
internal static class RollupRelation
{
    /// <summary>A SELECT of parts that add up to every primary row, each once.</summary>
    public static string Parts(RollupDefinition rollup, RelationSources sources)
    {
        var columns = DuckSql.Identifiers(rollup.Table.Columns.Select(column => column.Name));
        return $"SELECT {columns} FROM {sources.Sums(rollup)} UNION ALL SELECT {columns} FROM ({RollupSql.Select(rollup, sources.Tail(rollup, FlowColumns.Table))})";
    }
}
