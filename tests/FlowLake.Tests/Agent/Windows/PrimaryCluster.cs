using FlowLake.Schemas.Cluster;
using FlowLake.Tests.Agent.Directory;

namespace FlowLake.Tests.Agent.Windows;

/// <summary>The cluster of the primary rule's cases: agents on node-a and node-b, none on node-c.</summary>
internal static class PrimaryCluster
{
    public const string A = "node-a";
    public const string B = "node-b";
    public const string NodeA = "192.168.0.1";
    public const string NodeB = "192.168.0.2";
    public const string NodeC = "192.168.0.3";

    /// <summary>On node-a.</summary>
    public const string Client = "10.1.0.5";

    /// <summary>On node-a.</summary>
    public const string Neighbour = "10.1.0.6";

    /// <summary>On node-b.</summary>
    public const string Server = "10.2.0.5";

    /// <summary>On node-b, and not observed.</summary>
    public const string Hidden = "10.2.0.9";

    /// <summary>On node-c.</summary>
    public const string Far = "10.3.0.5";

    /// <summary>Nobody's in the cluster.</summary>
    public const string Outside = "198.51.100.7";

    /// <summary>Of a Service in front of <see cref="Server"/> and <see cref="Neighbour"/>.</summary>
    public const string AllObserved = "10.96.0.10";

    /// <summary>The same Service's, at the load balancer.</summary>
    public const string LoadBalancer = "203.0.113.80";

    /// <summary>Of a Service in front of <see cref="Server"/> and <see cref="Far"/>.</summary>
    public const string SomeObserved = "10.96.0.11";

    /// <summary>Of a Service in front of <see cref="Far"/>.</summary>
    public const string NoneObserved = "10.96.0.12";

    public const string NodeLocalDns = "169.254.20.10";
    public const string CloudMetadata = "169.254.169.254";

    /// <summary>Cgroup of the host-network pod on node-a.</summary>
    public const ulong HostA = 11;

    /// <summary>Cgroup of the host-network pod on node-b.</summary>
    public const ulong HostB = 12;

    public static readonly ClusterDocument Document = new()
    {
        Cluster = "test",
        Nodes =
        [
            new ClusterNode { Name = A, Zone = "zone-a", Addresses = [NodeA], PodCidrs = ["10.1.0.0/24"] },
            new ClusterNode { Name = B, Zone = "zone-b", Addresses = [NodeB], PodCidrs = ["10.2.0.0/24"] },
            new ClusterNode { Name = "node-c", Zone = "zone-c", Addresses = [NodeC], PodCidrs = ["10.3.0.0/24"], Agent = false },
        ],
        Pods =
        [
            Clusters.Pod("client", A, Client),
            Clusters.Pod("neighbour", A, Neighbour),
            Clusters.Pod("server", B, Server),
            Clusters.Pod("hidden", B, Hidden) with { Observe = false },
            Clusters.Pod("far", "node-c", Far),
            Clusters.Pod("host-a", A, NodeA) with { HostNetwork = true, Cgroup = CgroupOf(HostA) },
            Clusters.Pod("host-b", B, NodeB) with { HostNetwork = true, Cgroup = CgroupOf(HostB) },
        ],
        Services =
        [
            Service("all", [AllObserved, LoadBalancer], [Server, Neighbour]),
            Service("some", [SomeObserved], [Server, Far]),
            Service("none", [NoneObserved], [Far]),
        ],
    };

    /// <summary>The folder of a cgroup.</summary>
    public static string CgroupOf(ulong id) => $"kubepods/{id}";

    private static ClusterService Service(string name, string[] addresses, string[] endpoints) => new()
    {
        Namespace = "app",
        Name = name,
        Addresses = [.. addresses],
        Ports = [new(80, 8080), new(53, 5353, "udp"), new(50_000, 5300, "udp")],
        Endpoints = [.. endpoints],
    };
}
