using System.Net;
using System.Text;
using System.Text.Json;
using FlowLake.Schemas.Flows;
using Xunit;

namespace FlowLake.Tests.QueryApi.OData;

/// <summary>Requests as clients send them that cannot run here, after what is publicly known of them.</summary>
public sealed class ODataClientTests(QueryFixture fixture) : IClassFixture<QueryFixture>
{
    // The headers Power Query, and with it Excel and Power BI, send with every request for data.
    private static readonly (string Name, string Value)[] PowerQuery =
    [
        ("User-Agent", "Microsoft.Data.Mashup (https://go.microsoft.com/fwlink/?LinkID=304225)"),
        ("Accept-Encoding", "gzip, deflate"),
        ("MaxDataServiceVersion", "3.0"),
        ("OData-MaxVersion", "4.0"),
        ("Accept", "application/json;odata.metadata=minimal;q=1.0,application/json;odata=minimalmetadata;q=0.9,application/atomsvc+xml;q=0.8,application/atom+xml;q=0.8,application/xml;q=0.7,text/plain;q=0.7"),
        ("Prefer", "odata.include-annotations=\"*\""),
    ];

    private static readonly Dictionary<string, Func<FlowRecord[], int>> Folded = new()
    {
        ["Flows?$filter=protocol%20eq%20%27tcp%27%20and%20server_port%20eq%20443&$select=client_pod%2Cpayload_to_server%2Cwindow_start&$orderby=window_start%20desc&$top=1000"] = flows => flows.Count(flow => flow is { Protocol: "tcp", ServerPort: 443 }),
        ["Flows?$filter=window_start%20ge%202026-11-21T00%3A00%3A00Z%20and%20window_start%20lt%202026-11-22T00%3A00%3A00Z&$top=1000"] = flows => flows.Count(flow => flow.WindowStart.UtcDateTime.Day == 21),
        ["Flows?$filter=date%20eq%202026-11-21&$select=id"] = flows => flows.Count(flow => flow.WindowStart.UtcDateTime.Day == 21),
        ["Flows?$filter=contains%28client_pod%2C%27web%27%29%20or%20startswith%28client_pod%2C%27api%27%29&$select=client_pod"] = flows => flows.Count(flow => flow.Client.Pod is { } pod && (pod.Contains("web", StringComparison.Ordinal) || pod.StartsWith("api", StringComparison.Ordinal))),
        ["Flows?$filter=client_zone%20ne%20null%20and%20not%20%28client_zone%20eq%20server_zone%29&$top=1000"] = flows => Math.Min(1_000, flows.Count(flow => flow.Client.Zone is not null && flow.Client.Zone != flow.Server.Zone)),
        ["Flows?$skip=10&$top=20"] = _ => 20,
        ["Flows?%24top=20&%24count=true"] = _ => 20,
        ["Flows?$apply=filter(protocol%20eq%20%27udp%27)%2Fgroupby((client_zone)%2Caggregate(payload_to_server%20with%20sum%20as%20sum_bytes))"] = flows => flows.Where(flow => flow.Protocol == "udp").Select(flow => flow.Client.Zone).Distinct().Count(),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> FoldedQuestions => [.. Folded.Keys];

    [Fact]
    public async Task Power_Query_finds_the_tables_and_their_columns()
    {
        using var service = await SendAsync("/odata/", PowerQuery);
        Assert.Equal("4.0", service.Headers.GetValues("OData-Version").Single());
        Assert.Equal("application/json", service.Content.Headers.ContentType!.MediaType);
        using var document = JsonDocument.Parse(await service.Content.ReadAsStringAsync(Token));
        var context = document.RootElement.GetProperty("@odata.context").GetString()!;
        Assert.Contains("Flows", document.RootElement.GetProperty("value").EnumerateArray().Select(set => set.GetProperty("url").GetString()));
        using var metadata = await SendAsync(context, [("Accept", "application/xml"), .. PowerQuery.Where(header => header.Name != "Accept")]);
        Assert.Equal("application/xml", metadata.Content.Headers.ContentType!.MediaType);
        Assert.Contains("Name=\"payload_to_server\"", await metadata.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        using var count = await SendAsync("/odata/Flows/$count", PowerQuery);
        Assert.Equal($"{fixture.Lake.Primary.Count()}", await count.Content.ReadAsStringAsync(Token));
    }

    [Theory, MemberData(nameof(FoldedQuestions))]
    public async Task Power_Query_has_the_rows_it_folded_into_a_question(string question)
    {
        var rows = 0;
        for (var next = "/odata/" + question; next is not null;)
        {
            using var response = await SendAsync(next, PowerQuery);
            var text = await response.Content.ReadAsStringAsync(Token);
            Assert.True(response.StatusCode == HttpStatusCode.OK, text);
            using var body = JsonDocument.Parse(text);
            rows += body.RootElement.GetProperty("value").GetArrayLength();
            next = body.RootElement.TryGetProperty("@odata.nextLink", out var link) ? link.GetString() : null;
        }

        Assert.Equal(Folded[question]([.. fixture.Lake.Primary]), rows);
    }

    [Theory]
    [InlineData("application/json;odata=verbose,text/plain, */*; q=0.01")]
    [InlineData("application/json, text/plain, */*")]
    [InlineData("application/json;odata.metadata=full;IEEE754Compatible=true")]
    [InlineData("*/*")]
    public async Task Other_clients_headers_are_taken(string accept)
    {
        using var response = await SendAsync("/odata/Flows?$filter=protocol+eq+'tcp'&$top=5", [("Accept", accept), ("OData-Version", "4.0"), ("OData-MaxVersion", "4.0"), ("X-Requested-With", "XMLHttpRequest")]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));
        Assert.Equal(5, body.RootElement.GetProperty("value").GetArrayLength());
    }

    [Fact]
    public async Task Grafana_Infinity_has_objects_times_and_numbers_from_SQL()
    {
        // Its backend parser takes an array of objects, or what a GJSON path leads to; a column of the type timestamp takes ISO 8601.
        const string sql = "SELECT date_trunc('hour', window_start) AS time, sum(bytes)::BIGINT AS bytes FROM traffic WHERE window_start >= '2026-11-21T00:00:00Z' AND window_start < '2026-11-22T00:00:00Z' GROUP BY ALL ORDER BY time";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/sql") { Content = new StringContent($$"""{"sql": {{JsonSerializer.Serialize(sql)}}, "format": "objects"}""", Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Accept", "application/json;q=0.9,text/plain");
        using var response = await fixture.Client.SendAsync(request, Token);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));
        var rows = body.RootElement.EnumerateArray().Select(row => (Time: row.GetProperty("time").GetDateTimeOffset(), Bytes: row.GetProperty("bytes").GetInt64())).ToList();
        Assert.Equal(rows.OrderBy(row => row.Time), rows);
        Assert.Equal(fixture.Lake.Primary.Where(flow => flow.WindowStart.UtcDateTime.Day == 21).Sum(flow => flow.PayloadToServer + flow.HeaderBytesToServer + flow.PayloadToClient + flow.HeaderBytesToClient), rows.Sum(row => row.Bytes));
    }

    [Fact]
    public async Task Grafana_Infinity_has_the_value_of_OData()
    {
        using var response = await SendAsync("/odata/ZoneTraffic?$apply=groupby((src_zone,dst_zone),aggregate(bytes with sum as total))&$orderby=total desc&$top=5&$format=json", [("Accept", "application/json;q=0.9,text/plain")]);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));
        var totals = body.RootElement.GetProperty("value").EnumerateArray().Select(row => row.GetProperty("total").GetInt64()).ToList();
        Assert.Equal(5, totals.Count);
        Assert.Equal(totals.OrderDescending(), totals);
    }

    private async Task<HttpResponseMessage> SendAsync(string address, IEnumerable<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await fixture.Client.SendAsync(request, Token);
    }
}
