using System.Collections.Immutable;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Rollups;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Rollups;

namespace FlowLake.QueryApi.Relations;

/// <summary>What is behind hourly relations: a rollup's stored sums, and the rows of flows that came after them.</summary>
internal static class RollupRelation
{
    /// <summary>SELECTs of parts that together add up to every primary row, each once, but for those of <see cref="WholeDays"/>. One that has no file is left out, as the engine plans for it all the same.</summary>
    public static ImmutableArray<string> Parts(RollupDefinition rollup, RelationSources sources)
    {
        var tail = sources.Tail(rollup, FlowColumns.Table);
        return [.. Part(rollup, sources.Sums(rollup, ofWholeDays: false)), .. Part(rollup, tail is null ? null : $"({RollupSql.Select(rollup, tail)})")];
    }

    /// <summary>SELECTs of parts that together add up to every primary row, each once.</summary>
    public static ImmutableArray<string> AllParts(RollupDefinition rollup, RelationSources sources) => [.. Parts(rollup, sources), .. Part(rollup, WholeDays(rollup, sources))];

    /// <summary>The SELECT of no part.</summary>
    public static string NoPart(RollupDefinition rollup) => FileView.None(rollup.PartColumns);

    /// <summary>The rows of days that need no adding up, with the columns of <see cref="RollupTraffic"/>, as a SELECT in parentheses; null where there is no such day.</summary>
    public static string? WholeDays(RollupDefinition rollup, RelationSources sources) => sources.Sums(rollup, ofWholeDays: true);

    private static IEnumerable<string> Part(RollupDefinition rollup, string? rows) => rows is null ? [] : [$"SELECT {DuckSql.Identifiers(rollup.PartColumns.Select(column => column.Name))} FROM {rows}"];
}
