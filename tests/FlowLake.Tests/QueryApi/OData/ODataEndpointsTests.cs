using System.Net;
using System.Text.Json;
using System.Xml;
using FlowLake.QueryApi.Relations;
using FlowLake.Schemas.Costs;
using Microsoft.OData;
using Microsoft.OData.Edm;
using Microsoft.OData.Edm.Csdl;
using Xunit;

namespace FlowLake.Tests.QueryApi.OData;

/// <summary>OData over HTTP: documents, options, pages, errors, and the standard's own library as the reader.</summary>
public sealed class ODataEndpointsTests(QueryFixture fixture) : IClassFixture<QueryFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_service_document_names_the_entity_sets()
    {
        var (_, body) = await fixture.ODataAsync("");
        Assert.Equal(fixture.Address + "odata/$metadata", body.GetProperty("@odata.context").GetString());
        Assert.Equal(["Flows", "GapFlows", "Traffic", "ZoneTraffic", "PairTraffic", "Dns", "Drops", "Coverage"], body.GetProperty("value").EnumerateArray().Select(set => set.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Metadata_has_the_columns_of_the_definition_under_the_same_names()
    {
        var model = await ModelAsync();
        foreach (var relation in FlowRelations.All.Where(relation => relation.EntitySet is not null))
        {
            var type = model.FindDeclaredEntitySet(relation.EntitySet).EntityType();
            Assert.Equal(relation.Columns.Select(column => column.Name).Prepend("id"), type.DeclaredProperties.Select(property => property.Name));
            Assert.Equal("id", Assert.Single(type.Key()).Name);
        }

        Assert.Equal("Edm.Int64", model.FindDeclaredEntitySet("Flows").EntityType().FindProperty("bytes_to_server").Type.FullName());
        Assert.Equal("Edm.Decimal", model.FindDeclaredEntitySet("ZoneTraffic").EntityType().FindProperty("dollars").Type.FullName());
    }

    [Theory]
    [InlineData("Flows?$top=25&$count=true")]
    [InlineData("Traffic?$top=7")]
    [InlineData("ZoneTraffic?$select=id,hour,src_zone,dollars,bytes&$orderby=bytes desc")]
    [InlineData("PairTraffic?$top=12")]
    [InlineData("Coverage")]
    [InlineData("Flows?$top=0&$count=true")]
    public async Task The_standards_own_reader_reads_an_answer(string query)
    {
        var model = await ModelAsync();
        foreach (var accept in new[] { "application/json;odata.metadata=minimal", "application/json;odata.metadata=minimal;IEEE754Compatible=true" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/odata/" + query);
            request.Headers.TryAddWithoutValidation("Accept", accept);
            using var response = await fixture.Client.SendAsync(request, Token);
            var (_, plain) = await fixture.ODataAsync(query);
            var rows = Read(model, query[..(query.IndexOf('?', StringComparison.Ordinal) is var end and >= 0 ? end : query.Length)], await response.Content.ReadAsByteArrayAsync(Token), response.Content.Headers.ContentType!.ToString(), out var count);
            Assert.Equal(plain.GetProperty("value").GetArrayLength(), rows.Count);
            if (query.Contains("$count", StringComparison.Ordinal))
                Assert.Equal(fixture.Lake.Primary.Count(), count);
            foreach (var (read, shown) in rows.Zip(plain.GetProperty("value").EnumerateArray()))
            {
                Assert.Equal(shown.EnumerateObject().Select(member => member.Name), read.Properties.Select(property => property.Name));
                foreach (var property in read.Properties.Where(property => property.Value is long))
                    Assert.Equal(shown.GetProperty(property.Name).GetInt64(), property.Value);
                foreach (var property in read.Properties.Where(property => property.Value is DateTimeOffset))
                    Assert.Equal(shown.GetProperty(property.Name).GetDateTimeOffset(), property.Value);
                foreach (var property in read.Properties.Where(property => property.Value is decimal))
                    Assert.Equal(shown.GetProperty(property.Name).GetDecimal(), property.Value);
            }
        }
    }

    [Fact]
    public async Task Pages_hold_every_row_once_also_while_the_lake_moves_on()
    {
        using var lake = new TestLake();
        await lake.AddFlowsAsync(TestFlows.Make(31, 300));
        await using var served = await ServedLake.StartAsync(lake);
        var client = served.Client;
        client.DefaultRequestHeaders.Add("Prefer", "odata.maxpagesize=37");
        var expected = lake.Primary.Count();
        var ids = new List<string>();
        var next = "/odata/Flows?$orderby=protocol&$count=true&$filter=payload_to_server ge 0";
        for (var page = 0; next is not null; page++)
        {
            using var answer = JsonDocument.Parse(await client.GetStringAsync(next, Token));
            Assert.Equal(expected, answer.RootElement.GetProperty("@odata.count").GetInt32());
            ids.AddRange(answer.RootElement.GetProperty("value").EnumerateArray().Select(row => row.GetProperty("id").GetString()!));
            next = answer.RootElement.TryGetProperty("@odata.nextLink", out var link) ? link.GetString() : null;
            if (page != 2)
                continue;
            await lake.AddFlowsAsync(TestFlows.Make(32, 100));
            while (!(await client.GetStringAsync("/odata/Flows/$count", Token)).Equals($"{lake.Primary.Count()}", StringComparison.Ordinal))
                await Task.Delay(50, Token);
        }

        Assert.Equal(expected, ids.Count);
        Assert.Equal(expected, ids.Distinct().Count());
    }

    [Fact]
    public async Task Top_and_skip_hold_over_pages()
    {
        var whole = await IdsAsync("Flows?$orderby=payload_to_server desc,client_pod&$select=id");
        Assert.Equal(fixture.Lake.Primary.Count(), whole.Count);
        Assert.True(whole.Count > 1_000);
        Assert.Equal(whole.Skip(5).Take(1_100), await IdsAsync("Flows?$orderby=payload_to_server desc,client_pod&$select=id&$skip=5&$top=1100"));
        Assert.Equal(whole.Take(3), await IdsAsync("Flows?$orderby=payload_to_server desc,client_pod&$select=id&$top=3"));
        Assert.Empty(await IdsAsync("Flows?$skip=100000&$select=id"));
        var (_, exact) = await fixture.ODataAsync($"Flows?$top=1000&$select=id");
        Assert.False(exact.TryGetProperty("@odata.nextLink", out _));
    }

    [Fact]
    public async Task Order_puts_null_first_and_last_when_turned_round()
    {
        var (_, body) = await fixture.ODataAsync("Flows?$orderby=client_zone,bytes_to_server desc&$select=client_zone,bytes_to_server");
        var expected = fixture.Lake.Primary.Select(flow => (flow.Client.Zone, Bytes: flow.PayloadToServer + flow.HeaderBytesToServer))
            .OrderBy(row => row.Zone is not null).ThenBy(row => row.Zone, StringComparer.Ordinal).ThenByDescending(row => row.Bytes).Take(1_000);
        Assert.Equal(expected, body.GetProperty("value").EnumerateArray().Select(row => (row.GetProperty("client_zone").GetString(), row.GetProperty("bytes_to_server").GetInt64())));
        (_, body) = await fixture.ODataAsync("Flows?$orderby=client_zone desc&$select=client_zone");
        Assert.Equal("zürich-é", body.GetProperty("value")[0].GetProperty("client_zone").GetString());
        (_, body) = await fixture.ODataAsync("Flows?$orderby=bytes_to_server add bytes_to_client desc&$top=1&$select=bytes_to_server,bytes_to_client");
        var most = fixture.Lake.Primary.Max(flow => flow.PayloadToServer + flow.HeaderBytesToServer + flow.PayloadToClient + flow.HeaderBytesToClient);
        Assert.Equal(most, body.GetProperty("value")[0].GetProperty("bytes_to_server").GetInt64() + body.GetProperty("value")[0].GetProperty("bytes_to_client").GetInt64());
    }

    [Fact]
    public async Task Zone_traffic_can_be_filtered_and_has_dollars()
    {
        var (_, body) = await fixture.ODataAsync("ZoneTraffic?$filter=cross_zone and src_zone eq 'eu-west-1a' and dst_zone eq 'zürich-é'&$select=bytes,dollars,date&$top=1000");
        var rows = body.GetProperty("value").EnumerateArray().ToList();
        var expected = fixture.Lake.Primary.Sum(flow =>
            (flow.Client.Zone == "eu-west-1a" && flow.Server.Zone == "zürich-é" ? flow.PayloadToServer + flow.HeaderBytesToServer : 0)
            + (flow.Server.Zone == "eu-west-1a" && flow.Client.Zone == "zürich-é" ? flow.PayloadToClient + flow.HeaderBytesToClient : 0));
        Assert.Equal(expected, rows.Sum(row => row.GetProperty("bytes").GetInt64()));
        Assert.InRange(rows.Sum(row => row.GetProperty("dollars").GetDecimal()) - expected * 0.02m / PriceList.BytesPerGib, -0.000001m, 0.000001m);
    }

    [Fact]
    public async Task An_entity_is_found_by_its_key()
    {
        var (_, page) = await fixture.ODataAsync("Flows?$top=1&$skip=17");
        var row = page.GetProperty("value")[0];
        var (status, entity) = await fixture.ODataAsync($"Flows('{row.GetProperty("id").GetString()}')");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.EndsWith("$metadata#Flows/$entity", entity.GetProperty("@odata.context").GetString(), StringComparison.Ordinal);
        foreach (var member in row.EnumerateObject())
            Assert.Equal(member.Value.GetRawText(), entity.GetProperty(member.Name).GetRawText());
        Assert.Equal(HttpStatusCode.NotFound, (await fixture.ODataAsync("Flows('nobody')")).Status);
    }

    [Fact]
    public async Task Large_numbers_come_as_strings_when_asked_for()
    {
        var (_, body) = await fixture.ODataAsync("ZoneTraffic?$top=1&$count=true", "application/json;IEEE754Compatible=true");
        Assert.Equal(JsonValueKind.String, body.GetProperty("@odata.count").ValueKind);
        Assert.Equal(JsonValueKind.String, body.GetProperty("value")[0].GetProperty("bytes").ValueKind);
        Assert.Equal(JsonValueKind.String, body.GetProperty("value")[0].GetProperty("dollars").ValueKind);
        (_, body) = await fixture.ODataAsync("ZoneTraffic?$top=1", "application/json;odata.metadata=none");
        Assert.Equal(["value"], body.EnumerateObject().Select(member => member.Name));
    }

    [Theory]
    [InlineData("Nowhere", 404)]
    [InlineData("flows", 404)]
    [InlineData("Flows?$foo=1", 400)]
    [InlineData("Flows?filter=protocol eq 'tcp'", 400)]
    [InlineData("Flows?$filter=nothere eq 1", 400)]
    [InlineData("Flows?$filter=protocol eq", 400)]
    [InlineData("Flows?$filter=protocol eq 5", 400)]
    [InlineData("Flows?$filter=protocol", 400)]
    [InlineData("Flows?$filter=foo(protocol)", 400)]
    [InlineData("Flows?$filter=protocol eq 'a'&$filter=protocol eq 'b'", 400)]
    [InlineData("Flows?$orderby=nothere", 400)]
    [InlineData("Flows?$select=nothere", 400)]
    [InlineData("Flows?$top=-1", 400)]
    [InlineData("Flows?$top=x", 400)]
    [InlineData("Flows?$skip=-1", 400)]
    [InlineData("Flows?$count=maybe", 400)]
    [InlineData("Flows?$skiptoken=x", 400)]
    [InlineData("Flows?$expand=x", 501)]
    [InlineData("Flows?$filter=cast(drops, Edm.String) eq '1'", 501)]
    [InlineData("Flows?$format=atom", 406)]
    [InlineData("Flows/protocol", 404)]
    [InlineData("Flows('x')/protocol", 501)]
    [InlineData("Flows/$count?$top=1", 400)]
    public async Task A_wrong_request_gets_the_standards_error(string query, int status)
    {
        var (actual, body) = await fixture.ODataAsync(query);
        Assert.True((int)actual == status, $"{(int)actual} {body.GetRawText()}");
        Assert.NotEmpty(body.GetProperty("error").GetProperty("code").GetString()!);
        Assert.NotEmpty(body.GetProperty("error").GetProperty("message").GetString()!);
    }

    private async Task<List<string>> IdsAsync(string query)
    {
        var ids = new List<string>();
        while (true)
        {
            var (status, page) = await fixture.ODataAsync(query);
            Assert.True(status == HttpStatusCode.OK, page.GetRawText());
            ids.AddRange(page.GetProperty("value").EnumerateArray().Select(row => row.GetProperty("id").GetString()!));
            if (!page.TryGetProperty("@odata.nextLink", out var next))
                return ids;
            query = next.GetString()!;
        }
    }

    private async Task<IEdmModel> ModelAsync()
    {
        using var response = await fixture.Client.GetAsync("/odata/$metadata", Token);
        Assert.Equal("application/xml", response.Content.Headers.ContentType!.MediaType);
        using var xml = XmlReader.Create(await response.Content.ReadAsStreamAsync(Token));
        return CsdlReader.Parse(xml);
    }

    private static List<ODataResource> Read(IEdmModel model, string entitySet, byte[] content, string contentType, out long? count)
    {
        var set = model.FindDeclaredEntitySet(entitySet);
        using var messages = new ODataMessageReader((IODataResponseMessage)new ODataAnswer(content, contentType), new ODataMessageReaderSettings(), model);
        var reader = messages.CreateODataResourceSetReader(set, set.EntityType());
        var rows = new List<ODataResource>();
        count = null;
        while (reader.Read())
        {
            if (reader.State == ODataReaderState.ResourceEnd)
                rows.Add((ODataResource)reader.Item);
            if (reader.State == ODataReaderState.ResourceSetEnd)
                count = ((ODataResourceSet)reader.Item).Count;
        }

        return rows;
    }

    private sealed class ODataAnswer(byte[] content, string contentType) : IODataResponseMessage
    {
        public IEnumerable<KeyValuePair<string, string>> Headers => [new("Content-Type", contentType), new("OData-Version", "4.0")];

        public int StatusCode { get; set; } = 200;

        public string GetHeader(string headerName) => Headers.FirstOrDefault(header => header.Key.Equals(headerName, StringComparison.OrdinalIgnoreCase)).Value;

        public void SetHeader(string headerName, string headerValue) => throw new NotSupportedException();

        public Stream GetStream() => new MemoryStream(content);
    }
}
