using FlowLake.Lake.Duck;
using FlowLake.Lake.Rollups;
using FlowLake.Schemas.Rollups;

namespace FlowLake.QueryApi.Relations;

/// <summary>The views behind hourly relations: a rollup's stored sums, and the rows of flows that came after them.</summary>
/// <param name="Rollup">The rollup.</param>
internal sealed record RollupRelation(RollupDefinition Rollup)
{
    /// <summary>The view over the rollup's own files. Not for users.</summary>
    public string FilesView => Rollup.Table.Name + "_files";

    /// <summary>The view over the files of flows the rollup does not cover. Not for users.</summary>
    public string TailView => Rollup.Table.Name + "_tail";

    /// <summary>A SELECT of parts that add up to every primary row, each once.</summary>
    public string Parts(RelationSchema schema)
    {
        var columns = DuckSql.Identifiers(Rollup.Table.Columns.Select(column => column.Name));
        return $"SELECT {columns} FROM {schema.View(FilesView)} UNION ALL SELECT {columns} FROM ({RollupSql.Select(Rollup, schema.View(TailView))})";
    }
}
