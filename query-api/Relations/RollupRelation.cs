using System.Collections.Immutable;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Rollups;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Rollups;
using FlowLake.Schemas.Tables;

namespace FlowLake.QueryApi.Relations;

/// <summary>What is behind hourly relations: a rollup's stored sums, and the rows of flows that came after them.</summary>
internal static class RollupRelation
{
    /// <summary>SELECTs of parts that together add up to every primary row, each once, but for those of <see cref="WholeDays"/>. One that has no file is left out, as the engine plans for it all the same.</summary>
    public static ImmutableArray<string> Parts(RollupDefinition rollup, RelationSources sources) =>
    [
        .. Stored(rollup, sources, ofWholeDays: false),
        .. sources.Tail(rollup, FlowColumns.Table) is { } tail ? [$"SELECT {Names(rollup)} FROM ({RollupSql.Select(rollup, tail)})"] : Array.Empty<string>(),
    ];

    /// <summary>SELECTs of parts that together add up to every primary row, each once.</summary>
    public static ImmutableArray<string> AllParts(RollupDefinition rollup, RelationSources sources) => [.. Parts(rollup, sources), .. Stored(rollup, sources, ofWholeDays: true)];

    /// <summary>The SELECT of no part.</summary>
    public static string NoPart(RollupDefinition rollup) => FileView.None(Columns(rollup));

    /// <summary>The rows of days that need no adding up, with the columns of <see cref="RollupTraffic"/>, as a SELECT in parentheses; null where there is no such day.</summary>
    public static string? WholeDays(RollupDefinition rollup, RelationSources sources) => sources.Sums(rollup, [.. Columns(rollup), .. RollupTraffic.All], ofWholeDays: true);

    private static IEnumerable<string> Stored(RollupDefinition rollup, RelationSources sources, bool ofWholeDays) =>
        sources.Sums(rollup, Columns(rollup), ofWholeDays) is { } sums ? [$"SELECT {Names(rollup)} FROM {sums}"] : [];

    private static string Names(RollupDefinition rollup) => DuckSql.Identifiers(Columns(rollup).Select(column => column.Name));

    private static ImmutableArray<Column> Columns(RollupDefinition rollup) => [RollupTables.Hour, .. rollup.Dimensions, .. rollup.Sums];
}
