using System.Net;
using System.Text.Json;
using FlowLake.QueryApi.Hosting;
using Xunit;

namespace FlowLake.Tests.QueryApi.Hosting;

/// <summary>Questions that name their snapshot, over HTTP, while the lake moves on.</summary>
public sealed class SnapshotRequestTests : IAsyncLifetime
{
    private const string Count = "SELECT count(*) AS n FROM flows";

    private readonly TestLake lake = new();
    private ServedLake served = null!;

    private HttpClient Client => served.Client;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await lake.AddFlowsAsync(TestFlows.Make(41, 60));
        served = await ServedLake.StartAsync(lake);
    }

    public async ValueTask DisposeAsync()
    {
        await served.DisposeAsync();
        lake.Dispose();
    }

    [Fact]
    public async Task Sql_and_OData_answer_from_the_version_and_the_time_they_are_given()
    {
        var before = lake.Primary.Count();
        var version = (await Client.GetAsync("/odata/Flows/$count", Token)).Headers.GetValues(QueryHeaders.Version).Single();
        var time = Uri.EscapeDataString(DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture));
        await lake.AddFlowsAsync(TestFlows.Make(42, 40));
        var after = lake.Primary.Count();
        await WaitForAsync(after);

        foreach (var choice in new[] { $"version={version}", $"asOf={time}" })
        {
            Assert.Contains($"[[{before}]]", await Client.GetStringAsync($"/v1/sql?query={Uri.EscapeDataString(Count)}&{choice}", Token), StringComparison.Ordinal);
            Assert.Equal($"{before}", await Client.GetStringAsync($"/odata/Flows/$count?{choice}", Token));
            using var rows = await Client.GetAsync($"/odata/Flows?$select=id&$top=7&{choice}", Token);
            Assert.Equal(version, rows.Headers.GetValues(QueryHeaders.Version).Single());
            Assert.StartsWith("versions=1, seconds=", rows.Headers.GetValues(QueryHeaders.Behind).Single(), StringComparison.Ordinal);
        }

        using var posted = await Client.PostAsync("/v1/sql", new StringContent($$"""{"sql": "{{Count}}", "version": "{{version}}"}""", System.Text.Encoding.UTF8, "application/json"), Token);
        Assert.Contains($"[[{before}]]", await posted.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);

        using var newest = await Client.GetAsync("/odata/Flows?$top=1", Token);
        Assert.StartsWith("versions=0, seconds=", newest.Headers.GetValues(QueryHeaders.Behind).Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version=9.9.9.9", 410)]
    [InlineData("asOf=2020-01-01T00:00:00Z", 410)]
    [InlineData("asOf=2020-01-01", 410)]
    [InlineData("version=nine", 400)]
    [InlineData("version=1.2", 400)]
    [InlineData("asOf=yesterday", 400)]
    [InlineData("asOf=2999-01-01T00:00:00Z", 400)]
    [InlineData("asOf=2020-01-01T00:00:00Z&version=0.0.0.0", 400)]
    public async Task What_is_not_held_is_gone_and_says_how_to_start_again(string choice, int status)
    {
        foreach (var path in new[] { $"/v1/sql?query={Uri.EscapeDataString(Count)}&{choice}", $"/odata/Flows?{choice}", $"/odata/Flows/$count?{choice}", $"/odata/Flows('x')?{choice}" })
        {
            using var answer = await Client.GetAsync(path, Token);
            using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
            Assert.Equal((HttpStatusCode)status, answer.StatusCode);
            var text = problem.RootElement.TryGetProperty("error", out var error) ? error.GetProperty("message").GetString()! : problem.RootElement.GetProperty("detail").GetString()!;
            if (status == 410)
                Assert.Contains("without version or asOf", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task How_far_behind_is_in_the_metrics_and_in_readyz()
    {
        var metrics = await Client.GetStringAsync("/metrics", Token);
        Assert.Contains("\nflowlake_catalog_behind_versions 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nflowlake_catalog_behind_seconds ", metrics, StringComparison.Ordinal);
        using var ready = JsonDocument.Parse(await Client.GetStringAsync("/readyz", Token));
        Assert.Equal(0, ready.RootElement.GetProperty("behind_versions").GetInt32());
    }

    private async Task WaitForAsync(int rows)
    {
        while (await Client.GetStringAsync("/odata/Flows/$count", Token) != $"{rows}")
            await Task.Delay(50, Token);
    }
}
