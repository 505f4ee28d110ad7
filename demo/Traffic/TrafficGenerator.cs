using FlowLake.Demo.Pod.Documents;
using FlowLake.Demo.Proof;
using FlowLake.Demo.Scenario;
using FlowLake.Schemas.Flows;

namespace FlowLake.Demo.Traffic;

/// <summary>
/// Makes up the traffic of the scenario: the rows both observers of every pair would write, and what the applications would have counted.
/// The same seed makes the same traffic. No I/O.
/// </summary>
public sealed class TrafficGenerator(DemoTopology topology, int seed, double callsPerSecond)
{
    private const int SegmentBytes = 1_448;
    private const int HeaderBytes = 52;
    private const int BulkBytesPerSecond = 600_000;
    private const int DatagramsPerSecond = 20;

    private readonly Random random = new(seed);
    private readonly Dictionary<FlowPair, PairPayload> sums = [];

    /// <summary>What the applications counted so far, a document a pod.</summary>
    public IReadOnlyList<CountsDocument> Counts =>
    [
        .. sums.GroupBy(entry => entry.Key.Client).Select(client => new CountsDocument
        {
            Pod = client.Key,
            Peers = [.. client.Select(entry => new PeerPayload(entry.Key.Server, entry.Key.Protocol, entry.Value.ToServer, entry.Value.ToClient))],
        }),
        .. sums.GroupBy(entry => entry.Key.Server).Select(server => new CountsDocument
        {
            Pod = server.Key,
            Peers = [.. server.Select(entry => new PeerPayload(entry.Key.Client, entry.Key.Protocol, entry.Value.ToClient, entry.Value.ToServer))],
        }),
    ];

    /// <summary>One window of all nodes' rows.</summary>
    /// <param name="start">Start of the window.</param>
    /// <param name="seconds">Its length, more than 0.</param>
    public ILookup<DemoNode, FlowRecord> NextWindow(DateTimeOffset start, int seconds)
    {
        double callsPerPair = callsPerSecond * seconds / (topology.Clients.Count() * topology.Servers.Count());
        var flows = new List<Flow>();
        foreach (var client in topology.Clients)
        {
            foreach (var server in topology.Servers)
            {
                // Half of the calls go by the Service: another row at the client, the same at the server.
                flows.Add(Calls(client, server, callsPerPair / 2, byService: false));
                flows.Add(Calls(client, server, callsPerPair / 2, byService: true));
            }
        }

        var (bulkClient, bulkServer) = topology.BulkPair;
        flows.Add(new Flow(bulkClient, bulkServer, FlowProtocol.Tcp, new PairPayload(100, (long)BulkBytesPerSecond * seconds), Connections: 0, ByService: false));
        flows.AddRange(topology.DatagramPairs.Select(pair => new Flow(
            pair.Client, pair.Server, FlowProtocol.Udp, new PairPayload(Payload(DatagramsPerSecond * seconds, 600), Payload(DatagramsPerSecond * seconds, 610)), 0, ByService: false)));

        foreach (var flow in flows)
        {
            var pair = new FlowPair(flow.Client.Name, flow.Server.Name, FlowProtocol.Name(flow.Protocol));
            sums[pair] = sums.GetValueOrDefault(pair) + flow.Payload;
        }

        return flows
            .SelectMany(flow => new[] { AtServer(flow), AtClient(flow) })
            .ToLookup(row => topology.Nodes.First(node => node.Name == row.Node), row => row with { WindowStart = start, WindowSeconds = seconds });
    }

    private Flow Calls(DemoPod client, DemoPod server, double mean, bool byService)
    {
        int calls = Math.Max(1, (int)(mean * (0.5 + random.NextDouble())));
        return new Flow(client, server, FlowProtocol.Tcp, new PairPayload(Payload(calls, 250), Payload(calls, 900)), calls, byService);
    }

    private long Payload(int messages, int meanBytes) => (long)(messages * meanBytes * (0.8 + (0.4 * random.NextDouble())));

    private FlowRecord AtServer(Flow flow) => Row(flow, flow.Server.Node, FlowObserver.Server) with
    {
        IsPrimary = true,
        Server = End(flow.Server),
        ServerPort = PortOf(flow),
        ServicePort = flow.Protocol == FlowProtocol.Tcp ? topology.Service.Port : null,
    };

    private FlowRecord AtClient(Flow flow) => Row(flow, flow.Client.Node, FlowObserver.Client) with
    {
        Server = flow.ByService ? ServiceEnd(flow) : End(flow.Server),
        ServerPort = flow.ByService ? topology.Service.Port : PortOf(flow),
        ServicePort = flow.Protocol == FlowProtocol.Tcp ? topology.Service.Port : null,
    };

    private FlowRecord Row(Flow flow, DemoNode node, FlowObserver observer)
    {
        long toServer = Packets(flow.Payload.ToServer, flow.Connections);
        long toClient = Packets(flow.Payload.ToClient, flow.Connections);
        return new FlowRecord
        {
            WindowStart = default,
            WindowSeconds = 0,
            Zone = node.Zone,
            Region = DemoTopology.Region,
            Cluster = ClusterFile.ClusterName,
            Node = node.Name,
            Observer = observer,
            IsPrimary = false,
            Protocol = FlowProtocol.Name(flow.Protocol),
            Client = End(flow.Client),
            Server = End(flow.Server),
            PayloadToServer = flow.Payload.ToServer,
            PayloadToClient = flow.Payload.ToClient,
            HeaderBytesToServer = toServer * HeaderBytes,
            HeaderBytesToClient = toClient * HeaderBytes,
            PacketsToServer = toServer,
            PacketsToClient = toClient,
            ConnectionsOpened = flow.Connections,
            ConnectionsClosed = flow.Connections,
            Estimated = true,
        };
    }

    private int PortOf(Flow flow) => flow.Protocol == FlowProtocol.Tcp ? topology.Service.TargetPort : DemoTopology.UdpPort;

    private static long Packets(long payload, long connections) => (payload / SegmentBytes) + 1 + (3 * connections);

    private FlowEnd End(DemoPod pod) => new()
    {
        Kind = EndKind.Pod,
        Ip = pod.Ipv4,
        Namespace = pod.Namespace,
        Pod = pod.Name,
        WorkloadKind = DemoPod.WorkloadKind,
        Workload = pod.Workload,
        Service = pod.Role == PodRole.Server ? topology.Service.Name : null,
        Node = pod.Node.Name,
        Zone = pod.Node.Zone,
        ZoneId = pod.Node.ZoneId,
    };

    private FlowEnd ServiceEnd(Flow flow) => new()
    {
        Kind = EndKind.Service,
        Ip = topology.Service.Ipv4,
        Namespace = flow.Server.Namespace,
        Service = topology.Service.Name,
    };

    private sealed record Flow(DemoPod Client, DemoPod Server, byte Protocol, PairPayload Payload, long Connections, bool ByService);
}
