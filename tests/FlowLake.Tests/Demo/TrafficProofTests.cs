using FlowLake.Demo.Pod.Documents;
using FlowLake.Demo.Proof;
using FlowLake.Demo.Scenario;
using Xunit;

namespace FlowLake.Tests.Demo;

public class TrafficProofTests
{
    private static readonly DemoTopology Topology = DemoTopology.Default;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 50)];

    [Theory, MemberData(nameof(Seeds))]
    public void Holds_where_all_three_witnesses_agree(int seed)
    {
        var truth = RandomTraffic(new Random(seed));

        var result = TrafficProof.Compare(Topology, CountsOf(truth), TableOf(truth));

        Assert.Empty(result.Differences);
        Assert.True(result.Holds);
        Assert.Equal(truth.Values.Sum(payload => payload.Sum), result.Bytes);
        Assert.Equal(truth.Keys.Order(Comparer<FlowPair>.Create(Compare)), result.Pairs.Select(pair => pair.Pair));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void One_byte_more_or_less_in_the_table_is_one_difference_that_names_its_pair(int seed)
    {
        var random = new Random(seed);
        var truth = RandomTraffic(random);
        var changed = truth.Keys.ElementAt(random.Next(truth.Count));
        int step = random.Next(2) == 0 ? 1 : -1;
        var wrong = new Dictionary<FlowPair, PairPayload>(truth);
        wrong[changed] += random.Next(2) == 0 ? new PairPayload(step, 0) : new PairPayload(0, step);

        var result = TrafficProof.Compare(Topology, CountsOf(truth), TableOf(wrong));

        Assert.False(result.Holds);
        Assert.Equal(changed, Assert.Single(result.Differences).Pair);
    }

    [Theory, MemberData(nameof(Seeds))]
    public void A_wrong_zone_on_any_row_is_a_difference(int seed)
    {
        var random = new Random(seed);
        var truth = RandomTraffic(random);
        var table = TableOf(truth).ToArray();
        int changed = random.Next(table.Length);
        table[changed] = random.Next(2) == 0 ? table[changed] with { ClientPlace = null } : table[changed] with { ServerPlace = "eu-west-1z/euw1-az9" };

        var result = TrafficProof.Compare(Topology, CountsOf(truth), table);

        Assert.False(result.Holds);
        Assert.Equal(table[changed].Pair, Assert.Single(result.Differences).Pair);
    }

    [Fact]
    public void Nothing_captured_does_not_hold()
    {
        Assert.False(TrafficProof.Compare(Topology, [], []).Holds);
    }

    [Fact]
    public void A_pair_only_the_table_knows_is_a_difference()
    {
        var truth = RandomTraffic(new Random(1));
        var extra = TableOf(new() { [new FlowPair("client-1", "server-1", "sctp")] = new PairPayload(1, 0) });

        var result = TrafficProof.Compare(Topology, CountsOf(truth), TableOf(truth).Concat(extra));

        Assert.Equal("sctp", Assert.Single(result.Differences).Pair.Protocol);
    }

    [Fact]
    public void Rows_without_a_known_pod_differ_by_zone_and_bytes()
    {
        var truth = RandomTraffic(new Random(1));
        var stranger = new TableSum(new FlowPair("", "server-1", "tcp"), new PairPayload(5, 0), null, PlaceOf("server-1"), 1);

        var result = TrafficProof.Compare(Topology, CountsOf(truth), [.. TableOf(truth), stranger]);

        Assert.False(result.Holds);
        Assert.All(result.Differences, difference => Assert.Equal("", difference.Pair.Client));
    }

    [Fact]
    public void Ends_that_disagree_are_a_difference_though_the_table_agrees_with_one()
    {
        var truth = RandomTraffic(new Random(1));
        var counts = CountsOf(truth).ToArray();
        int server = Array.FindIndex(counts, document => Topology.Pod(document.Pod).Role == PodRole.Server);
        var peer = counts[server].Peers[0];
        counts[server] = counts[server] with { Peers = [peer with { Received = peer.Received + 1 }, .. counts[server].Peers.Skip(1)] };

        var result = TrafficProof.Compare(Topology, counts, TableOf(truth));

        Assert.Contains("counted by the server", Assert.Single(result.Differences).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Payload_of_one_pair_over_both_address_families_adds_up()
    {
        var client = Topology.Pod("client-10");
        CountsDocument[] counts =
        [
            new() { Pod = "client-10", Peers = [new("server-6", "tcp", 30, 300)] },
            new() { Pod = "server-6", Peers = [new(client.Ipv4, "tcp", 100, 10), new(client.Ipv6, "tcp", 200, 20)] },
        ];
        var table = TableOf(new() { [new FlowPair("client-10", "server-6", "tcp")] = new PairPayload(30, 300) });

        Assert.True(TrafficProof.Compare(Topology, counts, table).Holds);
    }

    private static Dictionary<FlowPair, PairPayload> RandomTraffic(Random random) => Enumerable.Range(0, random.Next(1, 60))
        .Select(_ => new FlowPair(Pick(Topology.Clients, random), Pick(Topology.Servers, random), random.Next(2) == 0 ? "tcp" : "udp"))
        .Distinct()
        .ToDictionary(pair => pair, _ => new PairPayload(random.NextInt64(1, 1L << 40), random.NextInt64(1, 1L << 40)));

    private static string Pick(IEnumerable<DemoPod> pods, Random random) => pods.ElementAt(random.Next(pods.Count())).Name;

    private static IEnumerable<CountsDocument> CountsOf(Dictionary<FlowPair, PairPayload> truth)
    {
        foreach (var client in truth.GroupBy(entry => entry.Key.Client))
            yield return new CountsDocument { Pod = client.Key, Peers = [.. client.Select(entry => new PeerPayload(entry.Key.Server, entry.Key.Protocol, entry.Value.ToServer, entry.Value.ToClient))] };
        foreach (var server in truth.GroupBy(entry => entry.Key.Server))
            yield return new CountsDocument { Pod = server.Key, Peers = [.. server.Select(entry => new PeerPayload(Topology.Pod(entry.Key.Client).Ipv4, entry.Key.Protocol, entry.Value.ToClient, entry.Value.ToServer))] };
    }

    private static IEnumerable<TableSum> TableOf(Dictionary<FlowPair, PairPayload> truth) =>
        truth.Select(entry => new TableSum(entry.Key, entry.Value, PlaceOf(entry.Key.Client), PlaceOf(entry.Key.Server), Rows: 3));

    private static string PlaceOf(string pod) => $"{Topology.Pod(pod).Node.Zone}/{Topology.Pod(pod).Node.ZoneId}";

    private static int Compare(FlowPair left, FlowPair right) =>
        string.CompareOrdinal($"{left.Client}\0{left.Server}\0{left.Protocol}", $"{right.Client}\0{right.Server}\0{right.Protocol}");
}
