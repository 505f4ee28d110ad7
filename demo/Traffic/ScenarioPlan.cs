using FlowLake.Demo.Scenario;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Generation;

namespace FlowLake.Demo.Traffic;

/// <summary>The scenario's traffic as the generator takes it: what the demo's pods do where they really run.</summary>
public sealed class ScenarioPlan(DemoTopology topology, double callsPerSecond) : ITrafficPlan
{
    private const int DatagramsPerSecond = 20;
    private const int BulkBytesPerSecond = 600_000;

    public string Cluster => ClusterFile.ClusterName;

    public string Region => DemoTopology.Region;

    /// <inheritdoc/>
    public IEnumerable<PlannedFlow> FlowsAt(DateTimeOffset start) => Flows().Select((flow, index) => flow with { Key = (ulong)index });

    private IEnumerable<PlannedFlow> Flows()
    {
        double callsPerPair = callsPerSecond / (topology.Clients.Count() * topology.Servers.Count());
        var service = new FlowEnd { Kind = EndKind.Service, Ip = topology.Service.Ipv4, Namespace = topology.Servers.First().Namespace, Service = topology.Service.Name };
        foreach (var client in topology.Clients)
        {
            foreach (var server in topology.Servers)
            {
                // Half of the calls go by the Service: another row at the client, the same at the server.
                var direct = Flow(client, server, FlowProtocol.Tcp, topology.Service.TargetPort) with { CallsPerSecond = callsPerPair / 2, RequestBytes = 250, ResponseBytes = 900, ConnectionsPerCall = 1 };
                yield return direct;
                yield return direct with { Service = service };
            }
        }

        var (bulkClient, bulkServer) = topology.BulkPair;
        yield return Flow(bulkClient, bulkServer, FlowProtocol.Tcp, topology.Service.TargetPort) with { CallsPerSecond = 1, RequestBytes = 10, ResponseBytes = BulkBytesPerSecond };
        foreach (var (client, server) in topology.DatagramPairs)
            yield return Flow(client, server, FlowProtocol.Udp, DemoTopology.UdpPort) with { CallsPerSecond = DatagramsPerSecond, RequestBytes = 600, ResponseBytes = 610 };
    }

    private PlannedFlow Flow(DemoPod client, DemoPod server, byte protocol, int port) => new()
    {
        Key = 0,
        Client = End(client),
        Server = End(server),
        ServerPort = port,
        ServicePort = protocol == FlowProtocol.Tcp ? topology.Service.Port : null,
        Protocol = protocol,
        CallsPerSecond = 0,
        RequestBytes = 0,
        ResponseBytes = 0,
        ConnectionsPerCall = 0,
        Spread = 0.2,
    };

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
}
