using System.Collections.Immutable;
using FlowLake.Lake.Rollups;
using FlowLake.Schemas.Rollups;

namespace FlowLake.QueryApi.Relations;

/// <summary>The relations that sum traffic by hour and price it: <c>zone_traffic</c> and <c>pair_traffic</c>.</summary>
internal static class HourlyRelations
{
    private const long DayMicros = 86_400_000_000;

    private static readonly ImmutableArray<string> Summed =
    [
        "payload_to_server", "payload_to_client", "header_bytes_to_server", "header_bytes_to_client", "packets_to_server", "packets_to_client", "connections_opened",
    ];

    /// <summary>The column of their hour.</summary>
    public const string TimeColumn = "hour";

    public static readonly Relation ZoneTraffic = Hourly(
        RollupTables.ZoneHourly,
        "zone_traffic",
        "ZoneTraffic",
        "One row an hour, source zone and destination zone: how much was sent, and what it costs.",
        ["zone"]);

    public static readonly Relation PairTraffic = Hourly(
        RollupTables.PairHourly,
        "pair_traffic",
        "PairTraffic",
        "One row an hour and pair of workloads and zones, in the direction the bytes went.",
        ["kind", "namespace", "workload", "zone"]);

    private static Relation Hourly(RollupDefinition rollup, string name, string entitySet, string description, ImmutableArray<string> parts)
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
            Select = sources => Select(sources, rollup, parts, ends),
            KeyedSelect = sources => $"SELECT md5(concat_ws('|', hour, {string.Join(", ", ends.Select(end => $"coalesce({end}, '\\N')"))})) AS {Relation.KeyColumn}, * FROM ({Select(sources, rollup, parts, ends)})",
            AthenaSelect = sources => AthenaSelect(sources, ends),
            HasScanOrder = false,
        };
    }

    // Sums of all rows, as its rollups cannot be added to what came after them there; what is not a sum of bytes is left out.
    private static string AthenaSelect(RelationSources sources, ImmutableArray<string> ends)
    {
        var names = string.Join(", ", ends);
        return $"""
            SELECT "date", date_trunc('hour', window_start) AS "hour", {names}, cross_zone, sum(bytes) AS bytes, sum(payload) AS payload, sum(packets) AS packets
            FROM ({TrafficRelation.Traffic.Select(sources)})
            GROUP BY "date", date_trunc('hour', window_start), {names}, cross_zone
            """;
    }

    // Flows are summed before they are turned into two directions: the files are read once, and the second step sees few rows. To add up rows by their ends takes three quarters of a question's time, so days that need
    // none are left out of it. The day follows from the hour: as one more column to group by it took a third more time, and so a cast of a time with zone does.
    private static string Select(RelationSources sources, RollupDefinition rollup, ImmutableArray<string> parts, ImmutableArray<string> ends)
    {
        // Sums by zone do not say of which namespaces they are; those by pair do, and add up to the same.
        var isByPair = sources.Scope != RowScope.All && rollup != RollupTables.PairHourly;
        var summed = WithOurSums(isByPair ? RollupTables.PairHourly : rollup);
        var added = isByPair ? RollupRelation.AllParts(summed, sources) : RollupRelation.Parts(summed, sources);
        var whole = isByPair ? null : RollupRelation.WholeDays(summed, sources);
        string[] steps = whole is null
            ? [AddedUp(added.IsEmpty ? [RollupRelation.NoPart(summed)] : added, parts, ends)]
            : [OfWholeDays(whole, parts, ends), .. added.IsEmpty ? Array.Empty<string>() : [AddedUp(added, parts, ends)]];
        return $"""
            SELECT date, hour, {string.Join(", ", ends)}, src_zone <> dst_zone AS cross_zone,
                bytes, payload, packets, connections, {PriceSql.Dollars(sources.Prices)} AS dollars
            FROM (SELECT DATE '1970-01-01' + CAST(epoch_us(hour) // {DayMicros} AS INTEGER) AS date, * FROM ({string.Join(" UNION ALL ", steps)}))
            """;
    }

    private static string OfWholeDays(string rows, ImmutableArray<string> parts, ImmutableArray<string> ends) => $"""
        SELECT hour, {string.Join(", ", ends)}, bytes, payload, packets, connections
        FROM ({Directed(rows, parts, direction => "traffic_bytes_" + direction, "traffic_")})
        WHERE bytes IS NOT NULL
        """;

    private static string AddedUp(ImmutableArray<string> added, ImmutableArray<string> parts, ImmutableArray<string> ends) => $"""
        SELECT hour, {string.Join(", ", ends)}, CAST(sum(bytes) AS BIGINT) AS bytes, CAST(sum(payload) AS BIGINT) AS payload,
            CAST(sum(packets) AS BIGINT) AS packets, CAST(sum(connections) AS BIGINT) AS connections
        FROM ({Directed($"({string.Join(" UNION ALL ", added)})", parts, direction => RollupSql.Bytes("", direction), "")})
        GROUP BY hour, {string.Join(", ", ends)}
        """;

    // A rollup stores every counter of flows, and the engine plans for each that is named.
    private static RollupDefinition WithOurSums(RollupDefinition rollup) => rollup with { Sums = [.. rollup.Sums.Where(column => Summed.Contains(column.Name))] };

    // Each row twice: what went to the server, and what went to the client.
    private static string Directed(string rows, ImmutableArray<string> parts, Func<string, string> bytes, string prefix)
    {
        var senders = string.Join(", ", parts.Select(part => $"CASE WHEN to_server THEN client_{part} ELSE server_{part} END AS src_{part}"));
        var receivers = string.Join(", ", parts.Select(part => $"CASE WHEN to_server THEN server_{part} ELSE client_{part} END AS dst_{part}"));
        return $"""
            SELECT hour, {senders}, {receivers},
                CASE WHEN to_server THEN {bytes("to_server")} ELSE {bytes("to_client")} END AS bytes,
                CASE WHEN to_server THEN {prefix}payload_to_server ELSE {prefix}payload_to_client END AS payload,
                CASE WHEN to_server THEN {prefix}packets_to_server ELSE {prefix}packets_to_client END AS packets,
                CASE WHEN to_server THEN ifnull(connections_opened, 0) ELSE 0 END AS connections
            FROM {rows}, (VALUES (true), (false)) AS directions(to_server)
            """;
    }
}
