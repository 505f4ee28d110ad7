using System.Net;
using System.Text;
using System.Text.Json;
using System.Xml;
using Microsoft.OData.Edm;
using Microsoft.OData.Edm.Csdl;
using Xunit;

namespace FlowLake.Tests.QueryApi.OData;

/// <summary>$batch in its JSON form: each request is answered as it is alone.</summary>
public sealed class ODataBatchTests(QueryFixture fixture) : IClassFixture<QueryFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_request_is_answered_as_it_is_alone()
    {
        string[] questions =
        [
            "Flows?$filter=zone eq 'o''zone\"d'&$select=id,client_pod,window_start&$count=true",
            "/odata/ZoneTraffic?$orderby=dollars desc&$top=7",
            fixture.Address + "odata/Flows?$apply=groupby((client_zone),aggregate($count as n))",
            "Flows?$top=2&$format=application/json;odata.metadata=full",
            "/odata/",
        ];
        var (status, body) = await BatchAsync([.. questions]);
        Assert.True(status == HttpStatusCode.OK, body.GetRawText());
        Assert.Equal(questions.Length, body.GetProperty("responses").GetArrayLength());
        foreach (var (index, question) in questions.Index())
        {
            var response = body.GetProperty("responses")[index];
            var (_, alone) = await fixture.ODataAsync(question.Replace(fixture.Address + "odata/", "", StringComparison.Ordinal).Replace("/odata/", "", StringComparison.Ordinal));
            Assert.Equal($"{index}", response.GetProperty("id").GetString());
            Assert.Equal(200, response.GetProperty("status").GetInt32());
            Assert.StartsWith("application/json", response.GetProperty("headers").GetProperty("content-type").GetString(), StringComparison.Ordinal);
            Assert.Equal("4.0", response.GetProperty("headers").GetProperty("odata-version").GetString());
            Assert.Equal(alone.GetRawText(), response.GetProperty("body").GetRawText());
        }
    }

    [Fact]
    public async Task A_body_that_is_no_json_is_a_text()
    {
        var (_, body) = await BatchAsync("Flows/$count", "$metadata");
        Assert.Equal($"{fixture.Lake.Primary.Count()}", body.GetProperty("responses")[0].GetProperty("body").GetString());
        using var xml = XmlReader.Create(new StringReader(body.GetProperty("responses")[1].GetProperty("body").GetString()!));
        Assert.NotNull(CsdlReader.Parse(xml).FindDeclaredEntitySet("Flows"));
    }

    [Fact]
    public async Task Headers_and_pages_are_the_requests_own()
    {
        var (_, body) = await fixture.BatchAsync("""{"requests": [{"id": "a", "method": "get", "url": "Flows?$select=id", "headers": {"Prefer": "odata.maxpagesize=50", "Accept": "application/json;odata.metadata=none"}}]}""");
        var page = body.GetProperty("responses")[0].GetProperty("body");
        Assert.Equal(["value", "@odata.nextLink"], page.EnumerateObject().Select(member => member.Name));
        Assert.Equal(50, page.GetProperty("value").GetArrayLength());
        var (status, next) = await BatchAsync(page.GetProperty("@odata.nextLink").GetString()!);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.NotEqual(page.GetProperty("value")[0].GetRawText(), next.GetProperty("responses")[0].GetProperty("body").GetProperty("value")[0].GetRawText());
    }

    [Fact]
    public async Task After_a_failure_nothing_more_is_asked_unless_it_is_preferred()
    {
        const string requests = """
            {"requests": [
                {"id": "1", "method": "GET", "url": "Flows?$filter=nothere eq 1"},
                {"id": "2", "method": "GET", "url": "Flows/$count"},
                {"id": "3", "method": "GET", "url": "Flows/$count", "dependsOn": ["2", "1"]},
                {"id": "4", "method": "POST", "url": "Flows"},
                {"id": "5", "method": "GET", "url": "$batch"},
                {"id": "6", "method": "GET", "url": "http://example.org/odata/Flows"},
                {"id": "7", "method": "GET", "url": "/v1/sql?query=SELECT 1"}]}
            """;
        var (status, body) = await fixture.BatchAsync(requests);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal([400], Statuses(body));
        (_, body) = await fixture.BatchAsync(requests, prefer: "odata.continue-on-error");
        Assert.Equal([400, 200, 424, 405, 400, 400, 400], Statuses(body));
        Assert.All(body.GetProperty("responses").EnumerateArray().Where(response => response.GetProperty("status").GetInt32() >= 400), response => Assert.NotEmpty(response.GetProperty("body").GetProperty("error").GetProperty("message").GetString()!));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"requests\": [{\"id\": \"1\", \"method\": \"GET\"}]}")]
    [InlineData("{\"requests\": [{\"id\": \"1\", \"method\": \"GET\", \"url\": \"Flows\", \"atomicityGroup\": \"g\"}]}")]
    [InlineData("{\"requests\": [{\"id\": \"1\", \"method\": \"GET\", \"url\": \"Flows\", \"body\": {}}]}")]
    [InlineData("{\"requests\": [{\"id\": \"1\", \"method\": \"GET\", \"url\": \"Flows\"}, {\"id\": \"1\", \"method\": \"GET\", \"url\": \"Flows\"}]}")]
    [InlineData("{\"requests\": [{\"id\": \"1\", \"method\": \"GET\", \"url\": \"Flows\", \"dependsOn\": [\"2\"]}, {\"id\": \"2\", \"method\": \"GET\", \"url\": \"Flows\"}]}")]
    public async Task What_is_no_batch_is_refused(string batch)
    {
        var (status, body) = await fixture.BatchAsync(batch);
        Assert.True(status == HttpStatusCode.BadRequest, body.GetRawText());
        Assert.NotEmpty(body.GetProperty("error").GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task A_batch_has_its_bounds()
    {
        var (status, body) = await BatchAsync([.. Enumerable.Repeat("Flows/$count", 20)]);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(20, body.GetProperty("responses").GetArrayLength());
        (status, body) = await BatchAsync([.. Enumerable.Repeat("Flows/$count", 21)]);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("20", body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        (status, body) = await fixture.BatchAsync(new string(' ', 2 << 20) + "{}");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        using var other = new StringContent("--x--", Encoding.UTF8, "multipart/mixed");
        using var response = await fixture.Client.PostAsync("/odata/$batch", other, Token);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    private static int[] Statuses(JsonElement body) => [.. body.GetProperty("responses").EnumerateArray().Select(response => response.GetProperty("status").GetInt32())];

    private Task<(HttpStatusCode Status, JsonElement Body)> BatchAsync(params string[] urls) =>
        fixture.BatchAsync(JsonSerializer.Serialize(new { requests = urls.Select((url, index) => new { id = $"{index}", method = "GET", url }) }));
}
