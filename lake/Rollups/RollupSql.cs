using System.Collections.Immutable;
using FlowLake.Lake.Duck;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Rollups;
using FlowLake.Schemas.Tables;

namespace FlowLake.Lake.Rollups;

/// <summary>The one aggregate of a rollup: what maintenance stores, and what a query adds up over the rows that are not stored yet. And what follows from it.</summary>
public static class RollupSql
{
    private const long HourMicros = 3_600_000_000;

    /// <summary>The rollup's columns summed over the primary rows of a relation that has those of flows.</summary>
    /// <param name="rollup">The rollup.</param>
    /// <param name="flows">SQL of the relation.</param>
    public static string Select(RollupDefinition rollup, string flows)
    {
        var dimensions = DuckSql.Identifiers(rollup.Dimensions.Select(column => column.Name));
        // The hour is a whole number until the end: date_trunc on a time with zone took 8 times as long.
        return $"""
            SELECT CAST(make_timestamptz(hour_number * {HourMicros}) AS DATE) AS {FlowColumns.Date.Name}, make_timestamptz(hour_number * {HourMicros}) AS {RollupTables.Hour.Name}, * EXCLUDE (hour_number)
            FROM (
                SELECT epoch_us(window_start) // {HourMicros} AS hour_number, {dimensions}, {Sums(rollup)}
                FROM {flows}
                WHERE is_primary
                GROUP BY hour_number, {dimensions})
            """;
    }

    /// <summary>The columns of flows that <see cref="Select"/> reads.</summary>
    public static ImmutableArray<Column> ColumnsRead(RollupDefinition rollup) =>
        [.. FlowColumns.All.Where(column => column.Name is "window_start" or "is_primary"), .. rollup.Dimensions, .. rollup.Sums];

    /// <summary>Parts added up: of each hour and its dimensions one row, without its date.</summary>
    /// <param name="rollup">The rollup.</param>
    /// <param name="parts">SQL of the parts, in parentheses.</param>
    public static string Sum(RollupDefinition rollup, string parts)
    {
        var key = DuckSql.Identifiers([RollupTables.Hour.Name, .. rollup.Dimensions.Select(column => column.Name)]);
        return $"SELECT {key}, {Sums(rollup)} FROM {parts} GROUP BY {key}";
    }

    /// <summary>A file's rows: sums, and with each the columns of <see cref="RollupTraffic"/>.</summary>
    /// <param name="rollup">The rollup.</param>
    /// <param name="sums">SQL of the file's sums, one row of each hour and its dimensions at most.</param>
    public static string WithTraffic(RollupDefinition rollup, string sums)
    {
        var names = string.Join(", ", rollup.PartColumns.Intersect(rollup.Table.DataColumns).Select(column => "own." + DuckSql.Identifier(column.Name)));
        // The row of the same ends with their roles exchanged: what its server's end answered went the way of this row's requests.
        string[] exchanged = [$"own.{RollupTables.Hour.Name} = other.{RollupTables.Hour.Name}", .. rollup.Dimensions.Select(column => $"own.{column.Name} IS NOT DISTINCT FROM other.{Exchanged(column.Name)}")];
        return $"""
            WITH sums AS MATERIALIZED ({sums})
            SELECT {names},
                {Bytes("own.", "to_server")} + {Bytes("other.", "to_client")} AS {RollupTraffic.BytesToServer.Name},
                {Both("payload")} AS {RollupTraffic.PayloadToServer.Name}, {Both("packets")} AS {RollupTraffic.PacketsToServer.Name},
                {Unless(Bytes("own.", "to_client"))} AS {RollupTraffic.BytesToClient.Name},
                {Unless("own.payload_to_client")} AS {RollupTraffic.PayloadToClient.Name}, {Unless("own.packets_to_client")} AS {RollupTraffic.PacketsToClient.Name}
            FROM sums AS own LEFT JOIN sums AS other ON {string.Join(" AND ", exchanged)}
            """;

        // As sum() has it: null where both are.
        static string Both(string counter) => $"coalesce(own.{counter}_to_server + other.{counter}_to_client, own.{counter}_to_server, other.{counter}_to_client)";

        static string Unless(string value) => $"CASE WHEN other.{RollupTables.Hour.Name} IS NULL THEN {value} END";
    }

    /// <summary>IP bytes in one direction.</summary>
    /// <param name="row">The row's name and a point, or nothing.</param>
    /// <param name="direction"><c>to_server</c> or <c>to_client</c>.</param>
    public static string Bytes(string row, string direction) => $"ifnull({row}payload_{direction}, 0) + ifnull({row}header_bytes_{direction}, 0)";

    private static string Sums(RollupDefinition rollup) =>
        string.Join(", ", rollup.Sums.Select(column => DuckSql.Identifier(column.Name)).Select(name => $"CAST(sum({name}) AS BIGINT) AS {name}"));

    private static string Exchanged(string dimension) => dimension.StartsWith("client_", StringComparison.Ordinal)
        ? "server_" + dimension["client_".Length..]
        : "client_" + dimension["server_".Length..];
}
