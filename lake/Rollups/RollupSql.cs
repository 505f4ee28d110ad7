using FlowLake.Lake.Duck;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Rollups;

namespace FlowLake.Lake.Rollups;

/// <summary>The one aggregate of a rollup: what maintenance stores, and what a query adds up over the rows that are not stored yet.</summary>
public static class RollupSql
{
    private const long HourMicros = 3_600_000_000;

    /// <summary>The rollup's columns summed over the primary rows of a relation that has those of flows.</summary>
    /// <param name="rollup">The rollup.</param>
    /// <param name="flows">SQL of the relation.</param>
    public static string Select(RollupDefinition rollup, string flows)
    {
        var dimensions = DuckSql.Identifiers(rollup.Dimensions.Select(column => column.Name));
        var sums = string.Join(", ", rollup.Sums.Select(column => DuckSql.Identifier(column.Name)).Select(name => $"CAST(sum({name}) AS BIGINT) AS {name}"));
        // The hour is a whole number until the end: date_trunc on a time with zone took 8 times as long.
        return $"""
            SELECT CAST(make_timestamptz(hour_number * {HourMicros}) AS DATE) AS {FlowColumns.Date.Name}, make_timestamptz(hour_number * {HourMicros}) AS {RollupTables.Hour.Name}, * EXCLUDE (hour_number)
            FROM (
                SELECT epoch_us(window_start) // {HourMicros} AS hour_number, {dimensions}, {sums}
                FROM {flows}
                WHERE is_primary
                GROUP BY hour_number, {dimensions})
            """;
    }
}
