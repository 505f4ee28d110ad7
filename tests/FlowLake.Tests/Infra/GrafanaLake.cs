using FlowLake.Tests.QueryApi;
using Xunit;

namespace FlowLake.Tests.Infra;

/// <summary>The real query API over two lakes: one with three days of flows and coverage, one in which nothing has been written yet.</summary>
public sealed class GrafanaLake : IAsyncLifetime
{
    private ServedLake? full;
    private ServedLake? empty;

    internal TestLake Full { get; } = new();

    internal TestLake Empty { get; } = new();

    public HttpClient FullClient => full!.Client;

    public HttpClient EmptyClient => empty!.Client;

    public async ValueTask InitializeAsync()
    {
        await Full.AddFlowsAsync(TestFlows.Make(seed: 11, count: 400));
        await Full.AddCoverageAsync(TestFlows.MakeCoverage(seed: 11, count: 60));
        full = await ServedLake.StartAsync(Full);
        empty = await ServedLake.StartAsync(Empty);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var served in new[] { full, empty }.OfType<ServedLake>())
            await served.DisposeAsync();
        Full.Dispose();
        Empty.Dispose();
    }
}
