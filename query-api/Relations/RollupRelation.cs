using FlowLake.Lake.Duck;
using FlowLake.Lake.Rollups;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Rollups;

namespace FlowLake.QueryApi.Relations;

/// <summary>What is behind hourly relations: a rollup's stored sums, and the rows of flows that came after them.</summary>
internal static class RollupRelation
{
    /// <summary>A SELECT of parts that add up to every primary row, each once, but for those of <see cref="WholeDays"/>.</summary>
    public static string Parts(RollupDefinition rollup, RelationSources sources) =>
        $"{Stored(rollup, sources, ofWholeDays: false)} UNION ALL SELECT {Columns(rollup)} FROM ({RollupSql.Select(rollup, sources.Tail(rollup, FlowColumns.Table))})";

    /// <summary>A SELECT of parts that add up to every primary row, each once.</summary>
    public static string AllParts(RollupDefinition rollup, RelationSources sources) =>
        $"{Parts(rollup, sources)} UNION ALL {Stored(rollup, sources, ofWholeDays: true)}";

    /// <summary>The rows of days that need no adding up, with the columns of <see cref="RollupTraffic"/>, as a SELECT in parentheses.</summary>
    public static string WholeDays(RollupDefinition rollup, RelationSources sources) => sources.Sums(rollup, ofWholeDays: true);

    private static string Stored(RollupDefinition rollup, RelationSources sources, bool ofWholeDays) => $"SELECT {Columns(rollup)} FROM {sources.Sums(rollup, ofWholeDays)}";

    private static string Columns(RollupDefinition rollup) => DuckSql.Identifiers(rollup.PartColumns.Select(column => column.Name));
}
