using System.Text;
using System.Text.Json;
using FlowLake.Demo.Screen;

namespace FlowLake.Demo.Questions;

/// <summary>Asks the running query API for the zone matrix.</summary>
internal sealed class MatrixQuestion(HttpClient http, string address)
{
    private const string Sql = """
        SELECT coalesce(src_zone, '') AS src_zone, coalesce(dst_zone, '') AS dst_zone, sum(bytes) AS bytes, sum(dollars) AS dollars,
            (SELECT max(seconds) FROM (SELECT sum(window_seconds) AS seconds FROM coverage WHERE reason = 'observed' GROUP BY node)) AS seconds
        FROM zone_traffic
        GROUP BY ALL
        """;

    /// <returns>The matrix; empty where there is no traffic yet; null where the API does not answer (it may be starting, or starting again).</returns>
    public async Task<ZoneMatrix?> AskAsync(CancellationToken cancellationToken)
    {
        string body = $$"""{"sql":"{{JsonEncodedText.Encode(Sql)}}"}""";
        try
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(new Uri($"{address}/v1/sql"), content, cancellationToken);
            if (!answer.IsSuccessStatusCode)
                return null;
            string json = await answer.Content.ReadAsStringAsync(cancellationToken);
            var rows = SqlAnswer.Parse(json);
            return new ZoneMatrix(
                rows.Select(row => new ZoneFlow(row.Text("src_zone")!, row.Text("dst_zone")!, row.Number("bytes"), row.Decimal("dollars"))),
                rows.Select(row => row.Number("seconds")).FirstOrDefault());
        }
        catch (Exception away) when (away is HttpRequestException or IOException || (away is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
