using FlowLake.Demo.Proof;
using FlowLake.Demo.Scenario;
using FlowLake.Demo.Traffic;
using FlowLake.Schemas.Flows;
using Xunit;

namespace FlowLake.Tests.Demo;

public class TrafficGeneratorTests
{
    private static readonly DemoTopology Topology = DemoTopology.Default;
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 4, 0, 0, TimeSpan.Zero);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 10)];

    [Theory, MemberData(nameof(Seeds))]
    public void The_primary_rows_hold_what_the_applications_count(int seed)
    {
        var generator = new TrafficGenerator(Topology, seed, callsPerSecond: 300);
        var rows = Enumerable.Range(0, 5).SelectMany(window => generator.NextWindow(Start.AddSeconds(10 * window), 10)).SelectMany(node => node).ToArray();

        var result = TrafficProof.Compare(Topology, generator.Counts, rows.Where(row => row.IsPrimary).Select(SumOf));

        Assert.Empty(result.Differences);
        Assert.True(result.Holds);
    }

    [Fact]
    public void Every_row_is_of_its_observers_node_and_primary_at_the_server_alone()
    {
        foreach (var node in new TrafficGenerator(Topology, seed: 1, callsPerSecond: 300).NextWindow(Start, 10))
        {
            Assert.All(node, row => Assert.Equal((node.Key.Name, node.Key.Zone), (row.Node, row.Zone)));
            Assert.All(node, row => Assert.Equal(row.Observer == FlowObserver.Server, row.IsPrimary));
            Assert.All(node, row => Assert.Equal(node.Key.Name, (row.Observer == FlowObserver.Server ? row.Server : row.Client).Node));
        }
    }

    [Fact]
    public void Half_of_the_calls_go_by_the_service()
    {
        var clients = new TrafficGenerator(Topology, seed: 1, callsPerSecond: 300).NextWindow(Start, 10).SelectMany(node => node).Where(row => row is { Observer: FlowObserver.Client, ConnectionsOpened: > 0 }).ToArray();

        Assert.Equal(clients.Length / 2, clients.Count(row => row.Server.Kind == EndKind.Service));
    }

    [Fact]
    public void The_same_seed_makes_the_same_traffic()
    {
        Assert.Equal(All(7), All(7));
        Assert.NotEqual(All(7), All(8));

        static FlowRecord[] All(int seed) => [.. new TrafficGenerator(Topology, seed, callsPerSecond: 300).NextWindow(Start, 10).SelectMany(node => node)];
    }

    private static TableSum SumOf(FlowRecord row) => new(
        new FlowPair(row.Client.Pod!, row.Server.Pod!, row.Protocol),
        new PairPayload(row.PayloadToServer, row.PayloadToClient),
        $"{row.Client.Zone}/{row.Client.ZoneId}",
        $"{row.Server.Zone}/{row.Server.ZoneId}",
        Rows: 1);
}
