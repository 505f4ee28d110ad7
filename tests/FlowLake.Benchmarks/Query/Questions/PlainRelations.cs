using FlowLake.Lake.Duck;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Dns;
using FlowLake.Schemas.Drops;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Rollups;
using FlowLake.Schemas.Tables;

namespace FlowLake.Benchmarks.Query.Questions;

/// <summary>
/// The relations in plain SQL over files, as somebody writes them who has the engine and no query API. They share nothing with the query API's own, so that its answers can be
/// compared with theirs.
/// </summary>
internal static class PlainRelations
{
    // 0.01 dollars a GiB for each of both zones, in nano-dollars.
    private const string Dollars = """
        CASE WHEN src_zone <> dst_zone
            THEN CAST(CAST((CAST(bytes AS HUGEINT) * 20000000 + 536870912) // 1073741824 AS DECIMAL(18, 0)) * 0.000000001 AS DECIMAL(18, 9))
            ELSE CAST(0 AS DECIMAL(18, 9)) END
        """;

    /// <summary>Views by the names of the relations.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="files">The files they read.</param>
    /// <param name="fromRollups">Whether hourly sums are those of the rollups and of the rows that came later; else of all rows.</param>
    public static void Define(DuckConnection connection, PlainFiles files, bool fromRollups)
    {
        Define("flows", $"SELECT *, payload_to_server + header_bytes_to_server AS bytes_to_server, payload_to_client + header_bytes_to_client AS bytes_to_client FROM {Read(FlowColumns.Table, files.Of(FlowColumns.Table))} WHERE is_primary");
        Define("traffic", $"SELECT {Direction("client", "server")} FROM flows UNION ALL SELECT {Direction("server", "client")} FROM flows");
        Define("coverage", $"SELECT * FROM {Read(CoverageColumns.Table, files.Of(CoverageColumns.Table))}");
        Define("dns", $"SELECT * FROM {Read(DnsColumns.Table, files.Of(DnsColumns.Table))} WHERE is_primary");
        Define("drops", $"SELECT * FROM {Read(DropColumns.Table, files.Of(DropColumns.Table))}");
        Define("zone_traffic", Hourly(RollupTables.ZoneHourly, ["zone"]));
        Define("pair_traffic", Hourly(RollupTables.PairHourly, ["kind", "namespace", "workload", "zone"]));

        void Define(string name, string select) => connection.Execute($"CREATE TEMP VIEW {name} AS {select}");

        string Hourly(RollupDefinition rollup, string[] parts)
        {
            const string Hours = "SELECT *, date_trunc('hour', window_start) AS hour FROM";
            var rows = fromRollups
                ? $"SELECT * FROM {Read(rollup.Table, files.Of(rollup.Table))}{(files.TailOf(rollup).Count == 0 ? "" : $" UNION ALL BY NAME {Hours} {Read(FlowColumns.Table, files.TailOf(rollup))} WHERE is_primary")}"
                : $"{Hours} flows";
            return HourlySums(rows, parts);
        }
    }

    private static string HourlySums(string rows, string[] parts)
    {
        return $"""
            SELECT *, src_zone <> dst_zone AS cross_zone, {Dollars} AS dollars
            FROM (
                SELECT date, hour, {Ends("src", "dst")}, CAST(sum(bytes) AS BIGINT) AS bytes, CAST(sum(payload) AS BIGINT) AS payload, CAST(sum(packets) AS BIGINT) AS packets, CAST(sum(connections) AS BIGINT) AS connections
                FROM ({One("client", "server", "connections_opened")} UNION ALL {One("server", "client", "0")})
                GROUP BY ALL)
            """;

        string Ends(string source, string destination) => string.Join(", ", parts.SelectMany(part => new[] { $"{source}_{part}", $"{destination}_{part}" }));

        string One(string source, string destination, string connections)
        {
            var ends = string.Join(", ", parts.SelectMany(part => new[] { $"{source}_{part} AS src_{part}", $"{destination}_{part} AS dst_{part}" }));
            return $"SELECT date, hour, {ends}, payload_to_{destination} + header_bytes_to_{destination} AS bytes, payload_to_{destination} AS payload, packets_to_{destination} AS packets, {connections} AS connections FROM ({rows})";
        }
    }

    private static string Direction(string source, string destination)
    {
        string[] parts = ["kind", "ip", "namespace", "pod", "workload_kind", "workload", "service", "node", "zone", "zone_id"];
        var ends = string.Join(", ", parts.SelectMany(part => new[] { $"{source}_{part} AS src_{part}", $"{destination}_{part} AS dst_{part}" }));
        return $"window_start, window_seconds, date, zone, protocol, server_port, {ends}, client_zone <> server_zone AS cross_zone, bytes_to_{destination} AS bytes, payload_to_{destination} AS payload, packets_to_{destination} AS packets";
    }

    private static string Read(TableDefinition table, IReadOnlyList<string> paths)
    {
        var types = string.Join(", ", table.PartitionColumns.Select(column => $"{column}: {(column == "date" ? "DATE" : "VARCHAR")}"));
        return $"read_parquet({DuckSql.Literals(paths)}, hive_partitioning = true, hive_types = {{{types}}})";
    }
}
