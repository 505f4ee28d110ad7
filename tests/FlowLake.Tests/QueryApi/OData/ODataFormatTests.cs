using System.Net;
using System.Text.Json;
using Xunit;

namespace FlowLake.Tests.QueryApi.OData;

/// <summary>How answers look: levels of metadata, numbers as texts, versions, errors.</summary>
public sealed class ODataFormatTests(QueryFixture fixture) : IClassFixture<QueryFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Full_says_of_each_entity_its_type_id_and_link_and_of_values_their_types()
    {
        var (status, body) = await fixture.ODataAsync("Flows?$top=3&$select=protocol,payload_to_server,server_port,window_start,date,is_primary&$format=application/json;odata.metadata=full");
        Assert.True(status == HttpStatusCode.OK, body.GetRawText());
        var entity = body.GetProperty("value")[0];
        Assert.Equal("#FlowLake.FlowsRow", entity.GetProperty("@odata.type").GetString());
        Assert.Equal("#Int64", entity.GetProperty("payload_to_server@odata.type").GetString());
        Assert.Equal("#Int32", entity.GetProperty("server_port@odata.type").GetString());
        Assert.Equal("#DateTimeOffset", entity.GetProperty("window_start@odata.type").GetString());
        Assert.Equal("#Date", entity.GetProperty("date@odata.type").GetString());
        Assert.False(entity.TryGetProperty("protocol@odata.type", out _));
        Assert.False(entity.TryGetProperty("is_primary@odata.type", out _));
        Assert.False(entity.TryGetProperty("id", out _));
        var id = entity.GetProperty("@odata.id").GetString()!;
        Assert.Equal(id, entity.GetProperty("@odata.readLink").GetString());
        var (found, one) = await fixture.ODataAsync(id + "?$format=application/json;odata.metadata=full");
        Assert.True(found == HttpStatusCode.OK, one.GetRawText());
        Assert.Equal(id, one.GetProperty("@odata.id").GetString());
        Assert.Equal(entity.GetProperty("payload_to_server").GetInt64(), one.GetProperty("payload_to_server").GetInt64());
    }

    [Theory]
    [InlineData("$format=application/json;odata.metadata=none", null, "none")]
    [InlineData("$format=application/json;metadata=full", null, "full")]
    [InlineData("$format=json", "application/json;odata.metadata=full", "minimal")]
    [InlineData("", "application/json;odata.metadata=full;q=0.5, application/json;odata.metadata=none", "none")]
    [InlineData("", "application/json;odata.metadata=none;odata.streaming=true", "none")]
    [InlineData("", "application/json;odata.metadata=minimal;q=1.0,application/json;odata=minimalmetadata;q=0.9,application/atomsvc+xml;q=0.8,application/atom+xml;q=0.8,application/xml;q=0.7,text/plain;q=0.7", "minimal")]
    [InlineData("", "text/html,*/*;q=0.1", "minimal")]
    public async Task The_level_of_metadata_is_the_one_asked_for(string options, string? accept, string level)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/odata/Flows?$top=1&" + options);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await fixture.Client.SendAsync(request, Token);
        Assert.Contains($"odata.metadata={level};", response.Content.Headers.ContentType!.ToString().Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));
        Assert.Equal(level != "none", body.RootElement.TryGetProperty("@odata.context", out _));
        Assert.Equal(level == "full", body.RootElement.GetProperty("value")[0].TryGetProperty("@odata.id", out _));
        Assert.Equal(level == "none", !body.RootElement.GetRawText().Contains("@odata", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_the_request_made_have_their_types_beside_them_also_in_minimal()
    {
        const string question = "Flows?$top=1&$compute=payload_to_server add 1 as more,toupper(protocol) as name&$select=more,name,payload_to_server";
        var (_, body) = await fixture.ODataAsync(question);
        Assert.Equal(["payload_to_server", "more@odata.type", "more", "name"], body.GetProperty("value")[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal("#Int64", body.GetProperty("value")[0].GetProperty("more@odata.type").GetString());
        (_, body) = await fixture.ODataAsync(question, "application/json;odata.metadata=none");
        Assert.DoesNotContain("@odata", body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grouped_rows_are_transient_and_a_name_given_again_has_its_new_type()
    {
        var (_, body) = await fixture.ODataAsync("Flows?$apply=groupby((server_port),aggregate($count as protocol,client_zone with max as drops))");
        var row = body.GetProperty("value")[0];
        Assert.Equal(JsonValueKind.Null, row.GetProperty("@odata.id").ValueKind);
        Assert.Equal("#Int64", row.GetProperty("protocol@odata.type").GetString());
        Assert.Equal("#String", row.GetProperty("drops@odata.type").GetString());
        Assert.False(row.TryGetProperty("server_port@odata.type", out _));
        (_, body) = await fixture.ODataAsync("Flows?$apply=groupby((server_port))&$format=application/json;odata.metadata=full");
        row = body.GetProperty("value")[0];
        Assert.False(row.TryGetProperty("@odata.type", out _));
        Assert.Equal("#Int32", row.GetProperty("server_port@odata.type").GetString());
    }

    [Fact]
    public async Task Whole_numbers_and_decimals_are_texts_where_a_client_cannot_hold_them()
    {
        var (_, body) = await fixture.ODataAsync("ZoneTraffic?$apply=aggregate(bytes with sum as total,dollars with sum as cost,bytes with average as mean)&$count=true&$format=application/json;IEEE754Compatible=true");
        var row = body.GetProperty("value")[0];
        Assert.Equal(
            fixture.Lake.Primary.Sum(flow => flow.PayloadToServer + flow.HeaderBytesToServer + flow.PayloadToClient + flow.HeaderBytesToClient),
            long.Parse(row.GetProperty("total").GetString()!, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(JsonValueKind.String, row.GetProperty("cost").ValueKind);
        Assert.Equal("#Decimal", row.GetProperty("cost@odata.type").GetString());
        Assert.Equal(JsonValueKind.Number, row.GetProperty("mean").ValueKind);
        Assert.Equal("1", body.GetProperty("@odata.count").GetString());
        // The standard's Int32 is a number at all times, whatever the engine computes it as.
        (_, body) = await fixture.ODataAsync("Flows?$top=1&$compute=hour(window_start) as hour&$select=hour,server_port", "application/json;IEEE754Compatible=true");
        Assert.Equal(JsonValueKind.Number, body.GetProperty("value")[0].GetProperty("hour").ValueKind);
        Assert.Equal("#Int32", body.GetProperty("value")[0].GetProperty("hour@odata.type").GetString());
    }

    [Theory]
    [InlineData("OData-MaxVersion", "4.0", 200)]
    [InlineData("OData-MaxVersion", "4.01", 200)]
    [InlineData("OData-MaxVersion", "5.0", 200)]
    [InlineData("OData-MaxVersion", "10.0", 200)]
    [InlineData("OData-MaxVersion", "3.0", 400)]
    [InlineData("OData-MaxVersion", "four", 400)]
    [InlineData("OData-MaxVersion", "4", 400)]
    [InlineData("OData-Version", "4.0", 200)]
    [InlineData("OData-Version", "4.01", 200)]
    [InlineData("OData-Version", "3.0", 400)]
    [InlineData("OData-Version", "5.0", 400)]
    public async Task Versions_are_kept_to(string header, string value, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/odata/Flows?$top=1");
        request.Headers.Add(header, value);
        using var response = await fixture.Client.SendAsync(request, Token);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("4.0", response.Headers.GetValues("OData-Version").Single());
        if (status == 400)
        {
            using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));
            Assert.Equal(header, body.RootElement.GetProperty("error").GetProperty("target").GetString());
        }
    }

    [Theory]
    [InlineData("POST", "Flows", 405, "GET")]
    [InlineData("DELETE", "Flows('x')", 405, "GET")]
    [InlineData("PATCH", "", 405, "GET")]
    [InlineData("GET", "$batch", 405, "POST")]
    public async Task A_wrong_method_is_answered_in_the_standards_words(string method, string path, int status, string allowed)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/odata/" + path);
        using var response = await fixture.Client.SendAsync(request, Token);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(allowed, response.Content.Headers.Allow.Single());
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));
        Assert.Equal("MethodNotAllowed", body.RootElement.GetProperty("error").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("Flows?$foo=1", 400, "$foo")]
    [InlineData("Flows?$Filter=drops eq 0", 400, "$Filter")]
    [InlineData("Flows?top=1", 400, "top")]
    [InlineData("Flows?$expand=x", 501, "$expand")]
    [InlineData("Flows?$top=1&$top=2", 400, "$top")]
    public async Task A_wrong_option_is_the_target_of_the_error(string query, int status, string target)
    {
        var (actual, body) = await fixture.ODataAsync(query);
        Assert.Equal(status, (int)actual);
        Assert.Equal(target, body.GetProperty("error").GetProperty("target").GetString());
    }
}
