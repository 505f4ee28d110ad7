using System.Collections.Immutable;

namespace FlowLake.QueryApi.Relations;

/// <summary>The relations that sum traffic by hour and price it: <c>zone_traffic</c> and <c>pair_traffic</c>.</summary>
internal static class HourlyRelations
{
    public static readonly Relation ZoneTraffic = Hourly(
        "zone_traffic",
        "ZoneTraffic",
        "One row an hour, source zone and destination zone: how much was sent, and what it costs.",
        ["zone"]);

    public static readonly Relation PairTraffic = Hourly(
        "pair_traffic",
        "PairTraffic",
        "One row an hour and pair of workloads and zones, in the direction the bytes went.",
        ["kind", "namespace", "workload", "zone"]);

    private static readonly ImmutableArray<string> Sums = ["bytes", "payload", "packets"];

    private static Relation Hourly(string name, string entitySet, string description, ImmutableArray<string> parts)
    {
        ImmutableArray<string> ends = [.. parts.Select(part => "src_" + part), .. parts.Select(part => "dst_" + part)];
        ImmutableArray<RelationColumn> columns =
        [
            new("date", RelationType.Date, null, "UTC day of the hour."),
            new("hour", RelationType.Timestamp, null, "Start of the hour in which the windows started; UTC."),
            .. TrafficRelation.Traffic.Columns.Where(column => ends.Contains(column.Name)).OrderBy(column => ends.IndexOf(column.Name)),
            new("cross_zone", RelationType.Boolean, null, "True where the zones differ; null where one is unknown."),
            new("bytes", RelationType.Int64, "bytes", "IP bytes from source to destination, headers included."),
            new("payload", RelationType.Int64, "bytes", "Application bytes from source to destination."),
            new("packets", RelationType.Int64, "packets", "Packets from source to destination."),
            new("connections", RelationType.Int64, "connections", "Connections the source opened to the destination."),
            new("dollars", RelationType.Decimal, "US dollars", "What these bytes cost by the price of their day, both zones' charges together; 0 within a zone and where a zone is unknown."),
        ];
        return new Relation(name, entitySet, description, columns)
        {
            Select = schema => Select(schema, parts, ends),
            KeyedSelect = schema => $"SELECT md5(concat_ws('|', hour, {string.Join(", ", ends.Select(end => $"coalesce({end}, '\\N')"))})) AS {Relation.KeyColumn}, * FROM {schema.View(name)}",
            HasScanOrder = false,
        };
    }

    // Flows are summed before they are turned into two directions: the files are read once, and the second step sees few rows.
    // The hour is a whole number until the end: date_trunc on a time with zone took 8 times as long.
    private static string Select(RelationSchema schema, ImmutableArray<string> parts, ImmutableArray<string> ends)
    {
        var clientAndServer = string.Join(", ", parts.Select(part => $"client_{part}, server_{part}"));
        var sources = string.Join(", ", parts.Select(part => $"CASE WHEN to_server THEN client_{part} ELSE server_{part} END AS src_{part}"));
        var destinations = string.Join(", ", parts.Select(part => $"CASE WHEN to_server THEN server_{part} ELSE client_{part} END AS dst_{part}"));
        var endNames = string.Join(", ", ends);
        return $"""
            WITH hourly AS (
                SELECT date, epoch_us(window_start) // 3600000000 AS hour_number, {clientAndServer},
                    {string.Join(", ", Sums.Select(sum => $"sum({sum}_to_server) AS {sum}_to_server, sum({sum}_to_client) AS {sum}_to_client"))},
                    sum(connections_opened) AS connections_opened
                FROM {schema.View("flows")}
                GROUP BY date, hour_number, {clientAndServer}),
            directed AS (
                SELECT date, hour_number, {sources}, {destinations},
                    {string.Join(", ", Sums.Select(sum => $"CASE WHEN to_server THEN {sum}_to_server ELSE {sum}_to_client END AS {sum}"))},
                    CASE WHEN to_server THEN connections_opened ELSE 0 END AS connections
                FROM hourly, (VALUES (true), (false)) AS directions(to_server)),
            summed AS (
                SELECT date, hour_number, {endNames},
                    CAST(sum(bytes) AS BIGINT) AS bytes, CAST(sum(payload) AS BIGINT) AS payload,
                    CAST(sum(packets) AS BIGINT) AS packets, CAST(sum(connections) AS BIGINT) AS connections
                FROM directed
                GROUP BY date, hour_number, {endNames})
            SELECT date, make_timestamptz(hour_number * 3600000000) AS hour, {endNames}, src_zone <> dst_zone AS cross_zone,
                bytes, payload, packets, connections, {PriceSql.Dollars(schema.Prices)} AS dollars
            FROM summed
            """;
    }
}
