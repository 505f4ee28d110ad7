using System.Collections.Immutable;

namespace FlowLake.Demo.Scenario;

/// <summary>Who is where in the demo: three zones with a node each, six servers behind a Service, ten clients.</summary>
/// <remarks>Guarantees: 1. pod names and addresses are unique; 2. every pod's node is one of <see cref="Nodes"/>; 3. addresses lie in their node's ranges.</remarks>
public sealed record DemoTopology
{
    public const string Region = "eu-west-1";

    /// <summary>Prefix lengths of the network all pods share.</summary>
    public const int PrefixIpv4 = 16;

    /// <inheritdoc cref="PrefixIpv4"/>
    public const int PrefixIpv6 = 48;

    /// <summary>Port of the servers' UDP echo. Below the ephemeral ports, as a server's port is.</summary>
    public const int UdpPort = 9000;

    private const int ServerCount = 6;
    private const int ClientCount = 10;
    private const string UniqueLocal = "fd6f:1a6e";

    /// <summary>The scenario.</summary>
    public static readonly DemoTopology Default = Create();

    public required ImmutableArray<DemoNode> Nodes { get; init; }

    public required ImmutableArray<DemoPod> Pods { get; init; }

    public required DemoService Service { get; init; }

    public IEnumerable<DemoPod> Servers => Pods.Where(pod => pod.Role == PodRole.Server);

    public IEnumerable<DemoPod> Clients => Pods.Where(pod => pod.Role == PodRole.Client);

    /// <summary>The one server that takes both families on one socket, and so sees IPv4 peers as mapped addresses.</summary>
    public DemoPod DualStackServer => Pod("server-5");

    /// <summary>The server that has a socket for each family, and the one the IPv6 client calls.</summary>
    public DemoPod Ipv6Server => Pod("server-6");

    /// <summary>The client that calls pods over IPv6 only.</summary>
    public DemoPod Ipv6Client => Pod("client-10");

    /// <summary>The pair that streams bulk data, across zones.</summary>
    public (DemoPod Client, DemoPod Server) BulkPair => (Pod("client-1"), Pod("server-3"));

    /// <summary>Pairs that exchange UDP: across zones, within one, with the dual-stack server, and over IPv6.</summary>
    public ImmutableArray<(DemoPod Client, DemoPod Server)> DatagramPairs =>
    [
        (Pod("client-2"), Pod("server-1")),
        (Pod("client-4"), Pod("server-4")),
        (Pod("client-6"), DualStackServer),
        (Ipv6Client, Ipv6Server),
    ];

    /// <summary>True where the server listens on its IPv6 address.</summary>
    public bool ListensOnIpv6(DemoPod server) => server == DualStackServer || server == Ipv6Server;

    /// <exception cref="InvalidOperationException">There is no such pod.</exception>
    public DemoPod Pod(string name) => Pods.First(pod => pod.Name == name);

    /// <summary>The pod a name or an address stands for, or null.</summary>
    public DemoPod? Find(string nameOrAddress) =>
        Pods.FirstOrDefault(pod => pod.Name == nameOrAddress || pod.Ipv4 == nameOrAddress || pod.Ipv6 == nameOrAddress);

    private static DemoTopology Create()
    {
        ImmutableArray<DemoNode> nodes = [.. Enumerable.Range(1, 3).Select(number =>
        {
            char letter = "abc"[number - 1];
            return new DemoNode($"node-{letter}", $"{Region}{letter}", $"euw1-az{number}", $"10.0.{number}.10", $"10.244.{number}.0/24", $"{UniqueLocal}:244:{number}::/64");
        })];
        return new DemoTopology
        {
            Nodes = nodes,
            Pods =
            [
                .. Enumerable.Range(1, ServerCount).Select(number => NewPod(PodRole.Server, number, nodes)),
                .. Enumerable.Range(1, ClientCount).Select(number => NewPod(PodRole.Client, number, nodes)),
            ],
            Service = new DemoService("server", "10.96.0.80", $"{UniqueLocal}:96::80", Port: 80, TargetPort: 8080),
        };
    }

    private static DemoPod NewPod(PodRole role, int number, ImmutableArray<DemoNode> nodes)
    {
        int node = (number - 1) % nodes.Length;
        int host = number + (role == PodRole.Server ? 10 : 100);
        string name = $"{(role == PodRole.Server ? "server" : "client")}-{number}";
        return new DemoPod(name, role, nodes[node], $"10.244.{node + 1}.{host}", $"{UniqueLocal}:244:{node + 1}::{host}");
    }
}
