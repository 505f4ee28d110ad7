using FlowLake.Lake.Generation;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Generation;
using Xunit;

namespace FlowLake.Tests.Schemas.Generation;

public sealed class TrafficGeneratorTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 5)];

    [Fact]
    public void The_same_seed_makes_the_same_traffic_in_any_order()
    {
        var (forth, back) = (Generator(7), Generator(7));
        var first = forth.Window(Noon, 60).ToArray();
        var second = forth.Window(Noon.AddHours(9), 60).ToArray();

        Assert.Equal(second, back.Window(Noon.AddHours(9), 60));
        Assert.Equal(first, back.Window(Noon, 60));
        Assert.NotEqual(first, Generator(8).Window(Noon, 60));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Every_conversation_has_one_primary_row_of_an_agent_that_sees_it(int seed)
    {
        var cluster = new GeneratedCluster(20, (ulong)seed);
        var zones = cluster.Nodes.ToDictionary(node => node.Name, node => node.Zone);
        foreach (var conversation in Generator(seed).Window(Noon, 60))
        {
            var rows = GeneratedLake.Rows([conversation]).ToArray();
            Assert.Single(rows, row => row.IsPrimary);
            Assert.All(rows, row => Assert.Equal(zones[row.Node], row.Zone));
            Assert.All(rows, row => Assert.Equal(row.Node, (row.Observer == FlowObserver.Server ? row.Server : row.Client).Node));
            Assert.All(rows, row => Assert.Equal(row.IsPrimary, row.Observer == FlowObserver.Server || row.Server.Kind == EndKind.External));
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public void A_row_is_told_from_all_others_of_its_window_by_its_key(int seed)
    {
        var rows = GeneratedLake.Rows(Generator(seed).Window(Noon, 60)).ToArray();
        Assert.Equal(rows.Length, rows.Select(row => (row.Node, row.Observer, row.Client.Ip, row.Server.Ip, row.ServerPort, row.Protocol)).Distinct().Count());
    }

    [Fact]
    public void Few_workloads_are_called_most()
    {
        var shares = Generator(3).Window(Noon, 60).GroupBy(conversation => conversation.Flow.Server.Workload).Select(server => server.Count()).OrderDescending().ToArray();
        Assert.True(shares.Take(shares.Length / 10).Sum() > shares.Sum() / 2, "a tenth of the workloads takes less than half of the calls");
    }

    [Fact]
    public void Afternoons_are_busier_than_nights() =>
        Assert.True(Payload(Noon.AddHours(3)) > 2 * Payload(Noon.AddHours(-9)), "the time of day does not show");

    [Fact]
    public void A_deployment_replaces_pods_and_leaves_workloads()
    {
        var (today, nextWeek) = (Ends(Noon), Ends(Noon.AddDays(60)));
        Assert.Equal(today.Select(end => end.Workload).Distinct().Order(), nextWeek.Select(end => end.Workload).Distinct().Order());
        Assert.True(today.Select(end => end.Pod).Intersect(nextWeek.Select(end => end.Pod)).Count() < today.Length / 10, "most pods are still there");

        static FlowEnd[] Ends(DateTimeOffset time) => [.. Generator(4).Window(time, 3_600).Select(conversation => conversation.Flow.Client).Where(end => end.Pod is not null).Distinct()];
    }

    [Fact]
    public void Counters_are_spread_over_orders_of_magnitude_and_entropy_says_so()
    {
        var rows = GeneratedLake.Rows(Generator(5).Window(Noon, 60)).ToArray();
        var entropy = new CounterEntropy();
        foreach (var row in rows)
            entropy.Add(row);
        var payloads = rows.Select(row => row.PayloadToClient).Order().ToArray();

        Assert.True(payloads[payloads.Length * 95 / 100] > 50 * payloads[payloads.Length / 2]);
        Assert.InRange(entropy.BitsPerRow()["payload_to_client"], 12, 40);
        Assert.InRange(entropy.BitsPerRow()["retransmits"], 0.01, 5);
    }

    private static TrafficGenerator Generator(int seed) => new(new ClusterPlan(new GeneratedCluster(20, (ulong)seed), (ulong)seed), (ulong)seed);

    private static long Payload(DateTimeOffset time) => Enumerable.Range(0, 10).Sum(minute => Generator(6).Window(time.AddMinutes(minute), 60).Sum(conversation => conversation.ConnectionsOpened));
}
