using System.Net;
using System.Text.Json;
using Xunit;

namespace FlowLake.Tests.QueryApi.OData;

/// <summary>Pages by keyset: together they are the whole answer, in its order, and their links are the service's own.</summary>
public sealed class ODataPagingTests(QueryFixture fixture) : IClassFixture<QueryFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Flows?$select=id,date")]
    [InlineData("Flows?$filter=date ge 2026-11-21 and protocol eq 'tcp'&$select=protocol")]
    [InlineData("Flows?$skip=13&$top=500&$select=id")]
    [InlineData("Traffic?$filter=zone ne null&$select=id,direction")]
    [InlineData("Traffic?$skip=900&$select=direction,bytes")]
    [InlineData("Coverage?$count=true")]
    [InlineData("GapFlows?$select=id")]
    [InlineData("ZoneTraffic")]
    [InlineData("Flows?$orderby=client_zone&$select=id,client_zone")]
    [InlineData("Flows?$orderby=client_zone desc,service_port,date desc&$select=client_zone,service_port&$count=true")]
    [InlineData("Flows?$orderby=srtt_us_min desc,estimated&$select=srtt_us_min")]
    [InlineData("Flows?$orderby=payload_to_server div 1000000000,client_workload desc&$skip=40&$top=700&$select=client_workload")]
    [InlineData("Flows?$orderby=window_start desc&$filter=client_zone eq null or drops eq 0&$select=window_start")]
    [InlineData("ZoneTraffic?$orderby=dollars desc,dst_zone&$select=dollars")]
    [InlineData("Flows?$apply=groupby((client_zone,server_zone,service_port),aggregate(payload_to_server with average as mean))")]
    [InlineData("Flows?$apply=groupby((client_zone,server_zone,service_port),aggregate(payload_to_server with average as mean))&$orderby=mean desc")]
    [InlineData("Flows?$compute=payload_to_server mod 7 as rest&$orderby=rest desc&$select=rest,client_pod")]
    public async Task Pages_together_are_the_whole_answer_in_its_order(string query)
    {
        var (whole, _, wholeCount) = await RowsAsync(query, 10_000);
        var (paged, pages, count) = await RowsAsync(query, 61);
        Assert.Equal(whole, paged);
        Assert.Equal(wholeCount, count);
        Assert.Equal(Math.Max(1, (whole.Count + 60) / 61), pages);
        Assert.NotEmpty(whole);
    }

    [Fact]
    public async Task A_link_that_was_changed_or_belongs_elsewhere_is_refused()
    {
        var link = await NextAsync("Flows?$orderby=client_zone&$top=900");
        Assert.Equal(HttpStatusCode.OK, (await fixture.ODataAsync(link)).Status);
        var start = link.IndexOf("$skiptoken=", StringComparison.Ordinal) + "$skiptoken=".Length;
        for (var place = start; place < link.Length; place += 9)
        {
            var (changed, _) = await fixture.ODataAsync(link[..place] + (link[place] == 'A' ? 'B' : 'A') + link[(place + 1)..]);
            Assert.Contains(changed, new[] { HttpStatusCode.BadRequest, HttpStatusCode.Gone });
        }

        var token = link[start..];
        Assert.Equal(HttpStatusCode.OK, (await fixture.ODataAsync($"Flows?$orderby=client_zone&$top=900&$skiptoken={token}")).Status);
        foreach (var other in new[] { "Traffic?$orderby=protocol&$top=900", "Flows?$orderby=server_zone&$top=900", "Flows?$orderby=client_zone", "Flows?$orderby=client_zone&$top=900&$filter=drops eq 0", $"Flows?$orderby=client_zone&$top=901" })
        {
            var (status, body) = await fixture.ODataAsync($"{other}&$skiptoken={token}");
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Contains("another question", body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await fixture.ODataAsync("Flows?$skiptoken=ab!c")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await fixture.ODataAsync("Flows?$skiptoken=")).Status);
    }

    [Fact]
    public async Task Services_follow_each_others_links_only_with_one_secret()
    {
        var secret = Enumerable.Range(0, 32).Select(number => (byte)number).ToArray();
        await using var first = await ServeAsync(secret);
        await using var second = await ServeAsync(secret);
        await using var stranger = await ServeAsync(null);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("Prefer", "odata.maxpagesize=100");
        using var page = JsonDocument.Parse(await client.GetStringAsync(new Uri(first.Server.Address, "/odata/Flows?$select=id"), Token));
        var link = new Uri(page.RootElement.GetProperty("@odata.nextLink").GetString()!).PathAndQuery;
        Assert.Equal(await client.GetStringAsync(new Uri(first.Server.Address, link), Token).ContinueWith(Ids), await client.GetStringAsync(new Uri(second.Server.Address, link), Token).ContinueWith(Ids));
        using var refused = await client.GetAsync(new Uri(stranger.Server.Address, link), Token);
        Assert.Equal(HttpStatusCode.Gone, refused.StatusCode);
        Assert.Contains("first page", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => ServeAsync(secret[..31]));

        static string Ids(Task<string> answer)
        {
            using var body = JsonDocument.Parse(answer.Result);
            return body.RootElement.GetProperty("value").GetRawText();
        }
    }

    private Task<ServedLake> ServeAsync(byte[]? secret) => ServedLake.StartAsync(fixture.Lake, options => options with { PageKey = secret is null ? null : (ReadOnlyMemory<byte>?)secret });

    private async Task<string> NextAsync(string query)
    {
        using var page = await PageAsync("/odata/" + query, 50);
        return page.RootElement.GetProperty("@odata.nextLink").GetString()!;
    }

    private async Task<(List<string> Rows, int Pages, string? Count)> RowsAsync(string query, int size)
    {
        var (rows, pages, count) = (new List<string>(), 0, (string?)null);
        for (var next = "/odata/" + query; next is not null; pages++)
        {
            using var page = await PageAsync(next, size);
            rows.AddRange(page.RootElement.GetProperty("value").EnumerateArray().Select(row => row.GetRawText()));
            count = page.RootElement.TryGetProperty("@odata.count", out var number) ? number.GetRawText() : null;
            next = page.RootElement.TryGetProperty("@odata.nextLink", out var link) ? link.GetString() : null;
        }

        return (rows, pages, count);
    }

    private async Task<JsonDocument> PageAsync(string address, int size)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("Prefer", $"odata.maxpagesize={size}");
        using var response = await fixture.Client.SendAsync(request, Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text);
    }
}
