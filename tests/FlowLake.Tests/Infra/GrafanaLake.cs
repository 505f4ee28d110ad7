using FlowLake.QueryApi.Hosting;
using FlowLake.Tests.QueryApi;
using Xunit;

namespace FlowLake.Tests.Infra;

/// <summary>The real query API over two lakes: one with three days of flows and coverage, one in which nothing has been written yet.</summary>
public sealed class GrafanaLake : IAsyncLifetime
{
    private readonly List<QueryServer> servers = [];

    internal TestLake Full { get; } = new();

    internal TestLake Empty { get; } = new();

    public HttpClient FullClient { get; private set; } = null!;

    public HttpClient EmptyClient { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Full.AddFlowsAsync(TestFlows.Make(seed: 11, count: 400));
        await Full.AddCoverageAsync(TestFlows.MakeCoverage(seed: 11, count: 60));
        FullClient = await ServeAsync(Full);
        EmptyClient = await ServeAsync(Empty);
    }

    public async ValueTask DisposeAsync()
    {
        FullClient?.Dispose();
        EmptyClient?.Dispose();
        foreach (var server in servers)
            await server.DisposeAsync();
        Full.Dispose();
        Empty.Dispose();
    }

    private async Task<HttpClient> ServeAsync(TestLake lake)
    {
        var options = new QueryOptions { Lake = lake.Folder, CacheFolder = lake.CacheFolder, Listen = "http://127.0.0.1:0" };
        var server = await QueryServer.StartAsync(options, TimeProvider.System, _ => { }, TestContext.Current.CancellationToken);
        servers.Add(server);
        var client = new HttpClient { BaseAddress = server.Address };
        while (!(await client.GetAsync(new Uri("/readyz", UriKind.Relative), TestContext.Current.CancellationToken)).IsSuccessStatusCode)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        return client;
    }
}
