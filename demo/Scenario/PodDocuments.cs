using System.Globalization;
using FlowLake.Demo.Pod.Documents;

namespace FlowLake.Demo.Scenario;

/// <summary>What each pod of the demo is told.</summary>
public static class PodDocuments
{
    private const double DatagramExchangesPerSecond = 10;
    private const int StreamBytesPerSecond = 600_000;

    public static ServerDocument ForServer(DemoTopology topology, DemoPod pod, string countsFile) => new()
    {
        Pod = pod.Name,
        Node = pod.Node.Name,
        Zone = pod.Node.Zone,
        Listen = pod == topology.DualStackServer ? ["::"] : pod == topology.Ipv6Server ? ["0.0.0.0", "::"] : ["0.0.0.0"],
        DualStack = pod == topology.DualStackServer,
        HttpPort = topology.Service.TargetPort,
        UdpPort = DemoTopology.UdpPort,
        CountsFile = countsFile,
    };

    /// <param name="topology">Who is where.</param>
    /// <param name="pod">The client.</param>
    /// <param name="callsPerSecond">HTTP calls a second of this client.</param>
    /// <param name="countsFile">Where it leaves its counts.</param>
    public static ClientDocument ForClient(DemoTopology topology, DemoPod pod, double callsPerSecond, string countsFile)
    {
        bool overIpv6 = pod == topology.Ipv6Client;
        return new ClientDocument
        {
            Pod = pod.Name,
            Zone = pod.Node.Zone,
            Pods = overIpv6
                ? [Target(topology.Ipv6Server, topology.Service.TargetPort, overIpv6)]
                : [.. topology.Servers.Select(server => Target(server, topology.Service.TargetPort, overIpv6))],
            Services = overIpv6
                ? [EndPoint(topology.Service.Ipv4, topology.Service.Port), EndPoint(topology.Service.Ipv6, topology.Service.Port)]
                : [EndPoint(topology.Service.Ipv4, topology.Service.Port)],
            CallsPerSecond = callsPerSecond,
            Datagrams = [.. topology.DatagramPairs.Where(pair => pair.Client == pod).Select(pair => Target(pair.Server, DemoTopology.UdpPort, overIpv6))],
            DatagramExchangesPerSecond = DatagramExchangesPerSecond,
            Stream = topology.BulkPair.Client == pod ? Target(topology.BulkPair.Server, topology.Service.TargetPort, overIpv6) : null,
            StreamBytesPerSecond = StreamBytesPerSecond,
            Seed = topology.Pods.IndexOf(pod) + 1,
            CountsFile = countsFile,
        };
    }

    private static CallTarget Target(DemoPod server, int port, bool overIpv6) => new(server.Name, EndPoint(overIpv6 ? server.Ipv6 : server.Ipv4, port));

    private static string EndPoint(string address, int port) =>
        address.Contains(':', StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"[{address}]:{port}")
            : string.Create(CultureInfo.InvariantCulture, $"{address}:{port}");
}
