using FlowLake.QueryApi.Relations;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Flows;
using FlowLake.Tests.Agent.Windows;
using Xunit;

namespace FlowLake.Tests.QueryApi.Relations;

/// <summary>A client's row whose server's agent died before it shipped the window, and one whose agent did not.</summary>
public sealed class GapFlowsTests : IDisposable
{
    private readonly TestLake lake = new();

    public void Dispose() => lake.Dispose();

    [Theory]
    [InlineData(0, 60, "observed", "c", 0)] // the same window
    [InlineData(-3600, 3660, "observed", "c", 0)] // a later agent took over the counts
    [InlineData(59, 1, "observed", "c", 0)] // the window in which the agent started
    [InlineData(60, 60, "observed", "c", 1)] // the next window alone
    [InlineData(-60, 60, "observed", "c", 1)]
    [InlineData(0, 60, "untagged", "c", 1)]
    [InlineData(0, 60, "observed", "other", 1)]
    public async Task Each_byte_is_once_in_flows_and_gap_flows_together(int start, int seconds, string reason, string cluster, int gaps)
    {
        var client = Rows.Row(1, 500, FlowObserver.Client, primary: false) with { Cluster = "c" };
        client = client with { Server = client.Server with { Node = "node-b" } };
        await lake.AddFlowsAsync(gaps == 0 ? [client, client with { Observer = FlowObserver.Server, IsPrimary = true, Node = "node-b" }] : [client]);
        await lake.AddCoverageAsync([new CoverageRecord
        {
            WindowStart = Rows.Start.AddSeconds(start), WindowSeconds = seconds, Cluster = cluster, Node = "node-b", Incarnation = "i", Reason = reason, Unit = "flows", Amount = 1,
        }]);
        using var catalog = lake.OpenCatalog();
        await catalog.RefreshAsync(TestContext.Current.CancellationToken);
        using var lease = catalog.Acquire();
        using var connection = lease.Connect(FlowRelations.All);

        Assert.Equal(gaps, connection.Scalar<long>("SELECT count(*) FROM gap_flows"));
        Assert.Equal(500, connection.Scalar<long>("SELECT CAST(sum(payload_to_server) AS BIGINT) FROM (SELECT payload_to_server FROM flows UNION ALL SELECT payload_to_server FROM gap_flows)"));
    }
}
