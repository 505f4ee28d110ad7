using FlowLake.Demo.Machine;
using FlowLake.Demo.Proof;

namespace FlowLake.Demo.Questions;

/// <summary>Asks the lake itself, by <c>flowlake sql</c>: what is committed, whatever a server has seen of it.</summary>
internal sealed class LakeQuestions(IReadOnlyList<string> flowLake, string lake)
{
    // An end that is no pod is named by its address, so that a difference says who it is.
    private const string Sums = """
        SELECT coalesce(client_pod, client_ip, '') AS client, coalesce(server_pod, server_ip, '') AS server, protocol,
            client_zone, client_zone_id, server_zone, server_zone_id,
            CAST(sum(payload_to_server) AS BIGINT) AS to_server, CAST(sum(payload_to_client) AS BIGINT) AS to_client, count(*) AS row_count
        FROM flows
        WHERE protocol IN ('tcp', 'udp')
        GROUP BY ALL
        """;

    private const string Losses = """
        SELECT node, reason, unit, CAST(sum(amount) AS BIGINT) AS amount
        FROM coverage
        WHERE reason <> 'observed'
        GROUP BY ALL
        HAVING sum(amount) > 0
        ORDER BY node, reason
        """;

    public async Task<IReadOnlyList<TableSum>> SumsAsync() =>
    [
        .. (await AskAsync(Sums)).Select(row => new TableSum(
            new FlowPair(row.Text("client")!, row.Text("server")!, row.Text("protocol")!),
            new PairPayload(row.Number("to_server"), row.Number("to_client")),
            Place(row.Text("client_zone"), row.Text("client_zone_id")),
            Place(row.Text("server_zone"), row.Text("server_zone_id")),
            row.Number("row_count"))),
    ];

    /// <summary>What the agents say they did not see, or saw in less detail; in words.</summary>
    public async Task<IReadOnlyList<string>> LossesAsync() =>
        [.. (await AskAsync(Losses)).Select(row => $"{row.Text("node")}: {row.Text("reason")} {row.Number("amount")} {row.Text("unit")}")];

    private static string? Place(string? zone, string? zoneId) => zone is null && zoneId is null ? null : $"{zone}/{zoneId}";

    private async Task<IReadOnlyList<SqlRow>> AskAsync(string sql) =>
        SqlAnswer.Parse(await Tool.RunAsync(flowLake[0], [.. flowLake.Skip(1), "sql", "--lake", lake, "--json", sql]));
}
