namespace FlowLake.Demo.Screen;

/// <summary>The three commands the demo invites to try.</summary>
internal static class CommandsToTry
{
    /// <param name="flowLake">The command as a person in this folder types it.</param>
    /// <param name="lake">The lake's folder as that person types it.</param>
    /// <param name="address">Address of the query API.</param>
    public static IReadOnlyList<string> Of(string flowLake, string lake, string address) =>
    [
        $"{flowLake} sql --lake {lake} \"SELECT src_zone, dst_zone, sum(bytes) AS bytes, sum(dollars) AS dollars FROM zone_traffic GROUP BY ALL ORDER BY bytes DESC\"",
        $"curl -s {address}/v1/sql -H 'content-type: application/json' -d '{{\"sql\":\"SELECT client_pod, server_pod, sum(bytes_to_client) AS bytes FROM flows GROUP BY ALL ORDER BY bytes DESC LIMIT 5\"}}'",
        $"curl -s '{address}/odata/ZoneTraffic?$filter=cross_zone%20eq%20true&$orderby=bytes%20desc&$top=5'",
    ];
}
