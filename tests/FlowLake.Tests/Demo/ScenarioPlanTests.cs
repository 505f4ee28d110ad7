using FlowLake.Demo.Proof;
using FlowLake.Demo.Scenario;
using FlowLake.Demo.Traffic;
using FlowLake.Lake.Generation;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Generation;
using Xunit;

namespace FlowLake.Tests.Demo;

public sealed class ScenarioPlanTests
{
    private static readonly DemoTopology Topology = DemoTopology.Default;
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 4, 0, 0, TimeSpan.Zero);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 10)];

    [Theory, MemberData(nameof(Seeds))]
    public void The_primary_rows_hold_what_the_applications_count(int seed)
    {
        var generator = new TrafficGenerator(new ScenarioPlan(Topology, callsPerSecond: 300), (ulong)seed);
        Conversation[] conversations = [.. Enumerable.Range(0, 5).SelectMany(window => generator.Window(Start.AddSeconds(10 * window), 10))];
        var counts = new GeneratedCounts();
        foreach (var conversation in conversations)
            counts.Add(conversation);

        var result = TrafficProof.Compare(Topology, counts.Documents, GeneratedLake.Rows(conversations).Where(row => row.IsPrimary).Select(SumOf));

        Assert.Empty(result.Differences);
        Assert.True(result.Holds);
    }

    [Fact]
    public void Half_of_the_calls_go_by_the_service()
    {
        var clients = new TrafficGenerator(new ScenarioPlan(Topology, callsPerSecond: 300), 1).Window(Start, 10).Select(conversation => conversation.ClientRow()).Where(row => row.ConnectionsOpened > 0).ToArray();

        Assert.Equal(2 * Topology.Clients.Count() * Topology.Servers.Count(), clients.Length);
        Assert.Equal(clients.Length / 2, clients.Count(row => row.Server.Kind == EndKind.Service));
    }

    private static TableSum SumOf(FlowRecord row) => new(
        new FlowPair(row.Client.Pod!, row.Server.Pod!, row.Protocol),
        new PairPayload(row.PayloadToServer, row.PayloadToClient),
        $"{row.Client.Zone}/{row.Client.ZoneId}",
        $"{row.Server.Zone}/{row.Server.ZoneId}",
        Rows: 1);
}
