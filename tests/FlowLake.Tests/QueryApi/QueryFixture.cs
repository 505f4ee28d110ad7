using System.Net;
using System.Text;
using System.Text.Json;
using Xunit;

namespace FlowLake.Tests.QueryApi;

/// <summary>A lake with some records, served on a free port of the loopback.</summary>
public sealed class QueryFixture : IAsyncLifetime
{
    private ServedLake served = null!;

    public HttpClient Client => served.Client;

    public Uri Address => served.Server.Address;

    internal TestLake Lake { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await Lake.AddFlowsAsync(TestFlows.Make(21, 1_200));
        await Lake.AddFlowsAsync(TestFlows.Make(22, 200));
        await Lake.AddCoverageAsync(TestFlows.MakeCoverage(23, 40));
        // Little memory, so that a question for too much of it comes to its end before its time does, also on a busy machine.
        served = await ServedLake.StartAsync(Lake, options => options with { Workers = 2, MemoryLimitBytes = 256 << 20 });
    }

    public async ValueTask DisposeAsync()
    {
        await served.DisposeAsync();
        Lake.Dispose();
    }

    /// <summary>Asks by POST and gives status and JSON.</summary>
    internal async Task<(HttpStatusCode Status, JsonElement Body)> SqlAsync(string sql, string more = "")
    {
        using var content = new StringContent($$"""{"sql": {{JsonSerializer.Serialize(sql)}}{{more}}}""", Encoding.UTF8, "application/json");
        using var response = await Client.PostAsync("/v1/sql", content, TestContext.Current.CancellationToken);
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (response.StatusCode, document.RootElement.Clone());
    }

    /// <summary>Puts requests into a batch and gives status and JSON.</summary>
    internal async Task<(HttpStatusCode Status, JsonElement Body)> BatchAsync(string body, string? prefer = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/odata/$batch") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (prefer is not null)
            request.Headers.Add("Prefer", prefer);
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (response.StatusCode, document.RootElement.Clone());
    }

    /// <summary>Asks OData and gives status and JSON.</summary>
    internal async Task<(HttpStatusCode Status, JsonElement Body)> ODataAsync(string pathAndQuery, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, pathAndQuery.StartsWith("http", StringComparison.Ordinal) ? pathAndQuery : "/odata/" + pathAndQuery);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (response.StatusCode, document.RootElement.Clone());
    }
}
