using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using FlowLake.QueryApi.Hosting;
using FlowLake.QueryApi.Sql;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace FlowLake.Tests.QueryApi.Hosting;

/// <summary>The OpenAPI document against the endpoints it describes.</summary>
public sealed class OpenApiTests : IAsyncLifetime
{
    private readonly TestLake lake = new();
    private ServedLake served = null!;
    private JsonDocument document = null!;

    public async ValueTask InitializeAsync()
    {
        served = await ServedLake.StartAsync(lake);
        document = JsonDocument.Parse(await served.Client.GetStringAsync("/openapi.json", TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        document.Dispose();
        await served.DisposeAsync();
        lake.Dispose();
    }

    [Fact]
    public void It_names_every_endpoint_and_no_other_and_which_need_no_key()
    {
        var described = from path in document.RootElement.GetProperty("paths").EnumerateObject()
                        from operation in path.Value.EnumerateObject()
                        select (operation.Name.ToUpperInvariant(), path.Name, operation.Value.TryGetProperty("security", out var security) && security.GetArrayLength() == 0);
        var there = from endpoint in served.Server.Endpoints
                    from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
                    select (method, endpoint.RoutePattern.RawText!.Replace("**", "", StringComparison.Ordinal), endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null);
        Assert.Equal(there.Order(), described.Order());
    }

    [Fact]
    public void It_names_the_members_of_requests_and_problems()
    {
        Assert.Equal(MembersOf(typeof(SqlRequest)), PropertiesOf("SqlRequest"));
        Assert.Equal(MembersOf(typeof(Problem)), PropertiesOf("Problem"));
        Assert.Equal(MembersOf(typeof(Health)), PropertiesOf("Health"));
    }

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        var references = References(document.RootElement).ToArray();
        Assert.NotEmpty(references);
        Assert.All(references, reference =>
        {
            var place = document.RootElement;
            foreach (var step in reference.Split('/').Skip(1))
                Assert.True(place.TryGetProperty(step, out place), reference);
        });
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => member.Name == "$ref" ? [member.Value.GetString()!] : References(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };

    private static IEnumerable<string> MembersOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is null)
            .Select(property => property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name))
            .Order(StringComparer.Ordinal);

    private IEnumerable<string> PropertiesOf(string schema) =>
        document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty(schema).GetProperty("properties").EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal);
}
