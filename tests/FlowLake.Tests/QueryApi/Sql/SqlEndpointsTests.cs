using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace FlowLake.Tests.QueryApi.Sql;

/// <summary>SQL over HTTP.</summary>
public sealed class SqlEndpointsTests(QueryFixture fixture) : IClassFixture<QueryFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Json_has_columns_rows_and_their_number()
    {
        var (status, body) = await fixture.SqlAsync("SELECT protocol, count(*) AS n, max(window_start) AS t, sum(payload_to_server) AS s FROM flows GROUP BY ALL ORDER BY 1");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("1.0.-1.-1", body.GetProperty("version").GetString());
        Assert.Equal(["protocol:VARCHAR", "n:BIGINT", "t:TIMESTAMP WITH TIME ZONE", "s:HUGEINT"], body.GetProperty("columns").EnumerateArray().Select(column => $"{column.GetProperty("name")}:{column.GetProperty("type")}"));
        var tcp = body.GetProperty("rows")[0];
        var expected = fixture.Lake.Primary.Where(flow => flow.Protocol == "tcp").ToList();
        Assert.Equal("tcp", tcp[0].GetString());
        Assert.Equal(expected.Count, tcp[1].GetInt64());
        Assert.Equal(expected.Max(flow => flow.WindowStart), tcp[2].GetDateTimeOffset());
        Assert.Equal(expected.Sum(flow => flow.PayloadToServer), tcp[3].GetInt64());
        Assert.Equal(2, body.GetProperty("row_count").GetInt32());
        Assert.False(body.GetProperty("truncated").GetBoolean());
    }

    [Fact]
    public async Task Objects_and_csv_have_the_same_rows()
    {
        const string sql = "SELECT i AS a, 'x,\"' || i AS b, NULL AS c FROM range(3) AS t(i)";
        var (_, objects) = await fixture.SqlAsync(sql, ", \"format\": \"objects\"");
        Assert.Equal("""[{"a":0,"b":"x,\"0","c":null},{"a":1,"b":"x,\"1","c":null},{"a":2,"b":"x,\"2","c":null}]""", JsonSerializer.Serialize(objects).Replace("\\u0022", "\\\"", StringComparison.Ordinal));
        using var response = await fixture.Client.GetAsync("/v1/sql?format=csv&query=" + Uri.EscapeDataString(sql), Token);
        Assert.Equal("text/csv", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("a,b,c\r\n0,\"x,\"\"0\",\r\n1,\"x,\"\"1\",\r\n2,\"x,\"\"2\",\r\n", await response.Content.ReadAsStringAsync(Token));
        Assert.Equal("1.0.-1.-1", response.Headers.GetValues("FlowLake-Version").Single());
    }

    [Fact]
    public async Task Lines_of_ndjson_are_the_objects()
    {
        const string sql = "SELECT i AS a, 'x\n\"' || i AS b, NULL AS c, [i, NULL] AS d FROM range(5000) AS t(i)";
        var (_, objects) = await fixture.SqlAsync(sql, ", \"format\": \"objects\"");
        using var response = await fixture.Client.GetAsync("/v1/sql?format=ndjson&limit=4999&query=" + Uri.EscapeDataString(sql), Token);
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("4999", response.Headers.GetValues("FlowLake-Limit").Single());
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        Assert.Equal(objects.EnumerateArray().Take(4_999).Select(row => row.GetRawText()), text.TrimEnd('\n').Split('\n'));
        Assert.Equal("", await fixture.Client.GetStringAsync("/v1/sql?format=ndjson&query=" + Uri.EscapeDataString("SELECT 1 AS a WHERE false"), Token));
    }

    [Fact]
    public async Task A_limit_cuts_and_says_so()
    {
        var (_, body) = await fixture.SqlAsync("SELECT * FROM range(5000)", ", \"limit\": 3000");
        Assert.Equal(3_000, body.GetProperty("rows").GetArrayLength());
        Assert.True(body.GetProperty("truncated").GetBoolean());
        (_, body) = await fixture.SqlAsync("SELECT * FROM range(3000)", ", \"limit\": 3000");
        Assert.False(body.GetProperty("truncated").GetBoolean());
        (_, body) = await fixture.SqlAsync("SELECT * FROM range(100000)");
        Assert.Equal(10_000, body.GetProperty("row_count").GetInt32());
        Assert.True(body.GetProperty("truncated").GetBoolean());
        (_, body) = await fixture.SqlAsync("SELECT 1", ", \"limit\": 0");
        Assert.Equal(0, body.GetProperty("row_count").GetInt32());
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await fixture.SqlAsync("SELECT 1", ", \"limit\": 10000001")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await fixture.SqlAsync("SELECT 1", ", \"limit\": -1")).Status);
    }

    [Fact]
    public async Task Parameters_are_values_and_never_text()
    {
        var zone = "o'zone\"d";
        var (_, body) = await fixture.SqlAsync("SELECT count(*) FROM flows WHERE zone = ? AND payload_to_server > ?", $", \"parameters\": [{JsonSerializer.Serialize(zone)}, 1000]");
        Assert.Equal(fixture.Lake.Primary.Count(flow => flow.Zone == zone && flow.PayloadToServer > 1000), body.GetProperty("rows")[0][0].GetInt64());
        (_, body) = await fixture.SqlAsync("SELECT $a || $b, $c, $d", ", \"parameters\": {\"a\": \"x' OR 1=1 --\", \"b\": \"y\", \"c\": null, \"d\": 1.5}");
        Assert.Equal("[\"x' OR 1=1 --y\",null,1.5]", body.GetProperty("rows")[0].GetRawText());
        Assert.Equal(HttpStatusCode.BadRequest, (await fixture.SqlAsync("SELECT ?")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await fixture.SqlAsync("SELECT $a", ", \"parameters\": {\"b\": 1}")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await fixture.SqlAsync("SELECT ?", ", \"parameters\": [[1]]")).Status);
    }

    [Fact]
    public async Task A_refusal_is_a_problem_with_its_place()
    {
        using var response = await fixture.Client.GetAsync("/v1/sql?query=" + Uri.EscapeDataString("SELECT *\nFROM nowhere"), Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));
        Assert.Equal(400, problem.RootElement.GetProperty("status").GetInt32());
        Assert.Equal(2, problem.RootElement.GetProperty("line").GetInt32());
        Assert.Equal(6, problem.RootElement.GetProperty("column").GetInt32());
        Assert.NotEmpty(problem.RootElement.GetProperty("hint").GetString()!);
    }

    [Theory]
    [InlineData("{\"sql\": 5}")]
    [InlineData("{\"sqll\": \"SELECT 1\"}")]
    [InlineData("{\"sql\": \"SELECT 1\", \"format\": \"xml\"}")]
    [InlineData("{\"sql\": \"SELECT 1\", \"format\": \"1\"}")]
    [InlineData("{\"sql\": \"SELECT 1\", \"format\": \"objects,ndjson\"}")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("null")]
    public async Task A_body_that_is_not_a_question_is_a_bad_request(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await fixture.Client.PostAsync("/v1/sql", content, Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData(1 << 20, false)]
    [InlineData(2 << 20, false)]
    [InlineData(16 << 20, false)]
    [InlineData(1 << 20, true)]
    [InlineData(2 << 20, true)]
    [InlineData(16 << 20, true)]
    public async Task A_body_beyond_the_limit_is_refused(int letters, bool chunked)
    {
        // The client sends all before it reads: a server that closes early is seen as a reset, not as a refusal.
        var body = "{\"sql\": \"" + new string('x', letters) + "\"}";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/sql") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await fixture.Client.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.True(response.Headers.ConnectionClose);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));
        Assert.Equal("urn:flowlake:problem:body", problem.RootElement.GetProperty("type").GetString());
        Assert.Contains("1,048,576 bytes", problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_without_end_is_answered_and_then_cut()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(fixture.Address.Host, fixture.Address.Port, Token);
        var stream = socket.GetStream();
        await stream.WriteAsync("POST /v1/sql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000000000\r\n\r\n"u8.ToArray(), Token);
        var status = new byte[12];
        await stream.ReadExactlyAsync(status, Token);
        Assert.Equal("HTTP/1.1 413", Encoding.ASCII.GetString(status));
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            while (true)
                await stream.WriteAsync(new byte[64 << 10], Token);
        });
    }

    [Fact]
    public async Task A_hostile_statement_does_not_harm_others()
    {
        var questions = Enumerable.Range(0, 20).Select(async index => index % 2 == 0
            ? await fixture.SqlAsync(SqlGuardTests.Hostile[index])
            : await fixture.SqlAsync("SELECT count(*) FROM flows"));
        var answers = await Task.WhenAll(questions);
        Assert.All(answers.Where((_, index) => index % 2 == 0), answer => Assert.Equal(HttpStatusCode.BadRequest, answer.Status));
        Assert.All(answers.Where((_, index) => index % 2 == 1), answer => Assert.Equal(fixture.Lake.Primary.Count(), answer.Body.GetProperty("rows")[0][0].GetInt32()));
    }

    [Theory]
    [InlineData("json")]
    [InlineData("objects")]
    [InlineData("ndjson")]
    [InlineData("csv")]
    [InlineData("parquet")]
    public async Task Clients_that_go_away_free_their_turn(string format)
    {
        // Two questions may run at once. Six clients ask for more than can be computed, read a little, and go.
        var body = "{\"sql\": \"SELECT i, md5(i::VARCHAR) FROM range(100000000000) AS t(i)\", \"limit\": 1000000, \"format\": \"" + format + "\"}";
        for (var client = 0; client < 6; client++)
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(fixture.Address.Host, fixture.Address.Port, Token);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /v1/sql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"), Token);
            await socket.GetStream().ReadExactlyAsync(new byte[2_000], Token);
            socket.Client.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        var (status, _) = await fixture.SqlAsync("SELECT 1");
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public async Task A_statement_that_needs_too_much_memory_is_stopped()
    {
        var (status, _) = await fixture.SqlAsync("SELECT count(*) FROM (SELECT DISTINCT md5(i::VARCHAR), md5((-i)::VARCHAR) FROM range(200000000) AS t(i))");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal(HttpStatusCode.OK, (await fixture.SqlAsync("SELECT 1")).Status);
    }
}
