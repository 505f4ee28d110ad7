using FlowLake.Agent.Directory;
using FlowLake.Agent.Windows;
using FlowLake.QueryApi.Relations;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Flows;
using FlowLake.Tests.Agent.Directory;
using FlowLake.Tests.QueryApi;
using Xunit;

namespace FlowLake.Tests.Agent.Windows;

/// <summary>A lake with what the agents make of every case of the primary rule, each case a cluster of its own.</summary>
public sealed class PrimaryLake : IAsyncLifetime
{
    private static readonly FlowWindow window = new(Rows.Start, Rows.Start.AddSeconds(60));

    private readonly TestLake lake = new();
    private readonly List<FlowRecord> rows = [];
    private readonly List<CoverageRecord> coverage = [];
    private FlowCatalog? catalog;

    internal static IReadOnlyList<PrimaryCase> Cases { get; } = [.. PrimaryCases.All, .. PrimaryDatagramCases.All];

    internal SnapshotLease Acquire() => catalog!.Acquire();

    public async ValueTask InitializeAsync()
    {
        foreach (var one in Cases)
        {
            foreach (var node in new[] { PrimaryCluster.A, PrimaryCluster.B }.Except(one.Dead))
                Ship(one, node);
        }

        await lake.AddFlowsAsync(rows);
        await lake.AddCoverageAsync(coverage);
        catalog = lake.OpenCatalog();
        await catalog.RefreshAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        catalog?.Dispose();
        lake.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>What the node's agent makes of its kernel's counts.</summary>
    private void Ship(PrimaryCase one, string node)
    {
        var directory = Clusters.Directory(PrimaryCluster.Document, node);
        one.Agents?.Invoke(directory);
        var cgroups = new CgroupIndex("/nowhere", () => directory.LocalCgroups);
        foreach (var id in new[] { PrimaryCluster.HostA, PrimaryCluster.HostB })
            cgroups.Learn(id, PrimaryCluster.CgroupOf(id));
        cgroups.Refresh();
        var flows = one.Connections.SelectMany((connection, number) => connection.Sights.Where(sight => sight.Node == node).Select(sight => sight.Entry(number)));
        var place = new ObserverPlace(node, directory.LocalNode.Zone, null, one.Name);

        var content = NamedFlows.Name(directory, window, flows, place, cgroups);

        rows.AddRange(content.Rows);
        coverage.AddRange(content.Coverage(place, Guid.Empty, []));
    }
}
