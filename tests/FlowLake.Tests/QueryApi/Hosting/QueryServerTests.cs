using System.Net;
using System.Text.Json;
using FlowLake.Lake.Metrics;
using FlowLake.QueryApi.Hosting;
using FlowLake.QueryApi.Relations;
using FlowLake.QueryApi.Workers;
using Xunit;

namespace FlowLake.Tests.QueryApi.Hosting;

/// <summary>What is around the questions: pages, headers, and who may ask.</summary>
public sealed class QueryServerTests(QueryFixture fixture) : IClassFixture<QueryFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http://0.0.0.0:8080")]
    [InlineData("http://[::]:8080")]
    [InlineData("http://192.0.2.1:8080")]
    [InlineData("http://example.org:8080")]
    [InlineData("http://*:8080")]
    [InlineData("http://+:8080")]
    [InlineData("https://127.0.0.1:8080")]
    [InlineData("8080")]
    public async Task An_address_that_strangers_reach_is_refused_at_start(string listen)
    {
        var options = new QueryOptions { Lake = fixture.Lake.Folder, Listen = listen, CacheFolder = fixture.Lake.CacheFolder };
        await Assert.ThrowsAsync<ArgumentException>(() => QueryServer.StartAsync(options, TimeProvider.System, cancellationToken: Token));
    }

    [Theory]
    [InlineData("/healthz", "application/json")]
    [InlineData("/readyz", "application/json")]
    [InlineData("/v1/tables", "application/json")]
    [InlineData("/", "text/html")]
    [InlineData("/odata", "application/json")]
    public async Task Each_page_answers_with_the_headers_of_a_careful_server(string path, string type)
    {
        using var response = await fixture.Client.GetAsync(path, Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task The_front_page_shows_how_to_ask_this_server()
    {
        var page = await fixture.Client.GetStringAsync("/", Token);
        Assert.Contains($"curl -s {fixture.Client.BaseAddress!.GetLeftPart(UriPartial.Authority)}/v1/sql -H 'Content-Type", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Bearer", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_lists_every_relation_with_its_columns_and_units()
    {
        using var tables = JsonDocument.Parse(await fixture.Client.GetStringAsync("/v1/tables", Token));
        var names = tables.RootElement.GetProperty("tables").EnumerateArray().Select(table => (table.GetProperty("name").GetString(), table.GetProperty("columns").GetArrayLength()));
        Assert.Equal(FlowRelations.All.Select(relation => ((string?)relation.Name, relation.Columns.Length)), names);
        Assert.Contains("\"unit\":\"US dollars\"", tables.RootElement.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_are_as_Prometheus_takes_them_and_hold_this_servers_questions()
    {
        await fixture.SqlAsync("SELECT 1");
        using var response = await fixture.Client.GetAsync("/metrics", Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.Equal(PrometheusText.ContentType, response.Content.Headers.ContentType!.ToString());
        Assert.Contains("\nflowlake_catalog_version 1\n", text, StringComparison.Ordinal);
        Assert.Contains("\nflowlake_query_inside ", text, StringComparison.Ordinal);
        Assert.Matches(@"\nhttp_server_request_duration_seconds_count\{[^}]*http_route=""/v1/sql""[^}]*\} [1-9]", text);
        await Promtool.AcceptsAsync(text);
    }

    [Theory]
    [InlineData("attacker.example")]
    [InlineData("127.0.0.1.attacker.example")]
    [InlineData("192.0.2.7")]
    public async Task A_request_under_a_foreign_name_is_turned_away(string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/sql?query=SELECT%201");
        request.Headers.Host = host;
        using var response = await fixture.Client.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task What_the_server_tells_a_worker_no_client_can()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/odata/Flows?$top=1");
        request.Headers.Add(ForwardedQuestion.Header, """{"Id":"x","RequestId":"x","Scheme":"https","Caller":"x","Newest":{},"Namespaces":["none"],"RowsDefault":0,"RowsMax":0,"BytesMax":1}""");
        using var response = await fixture.Client.SendAsync(request, Token);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));
        Assert.Equal(1, body.RootElement.GetProperty("value").GetArrayLength());
        Assert.StartsWith("http://", body.RootElement.GetProperty("@odata.context").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_that_is_not_there_is_a_problem()
    {
        using var response = await fixture.Client.GetAsync("/nowhere", Token);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_new_version_is_seen_without_a_restart()
    {
        using var lake = new TestLake();
        await lake.AddFlowsAsync(TestFlows.Make(1, 10));
        await using var served = await ServedLake.StartAsync(lake);
        await WaitForAsync(served.Client, lake.Primary.Count());
        await lake.AddFlowsAsync(TestFlows.Make(2, 10));
        await WaitForAsync(served.Client, lake.Primary.Count());
    }

    private static async Task WaitForAsync(HttpClient client, int rows)
    {
        while (!(await client.GetStringAsync("/v1/sql?query=SELECT%20count(*)%20FROM%20flows", Token)).Contains($"[[{rows}]]", StringComparison.Ordinal))
            await Task.Delay(100, Token);
    }
}
