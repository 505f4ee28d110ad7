using FlowLake.Agent.Directory;
using FlowLake.Schemas.Cluster;

namespace FlowLake.Tests.Agent.Directory;

/// <summary>A small cluster: two nodes in two zones, a Service with an endpoint on each.</summary>
internal static class Clusters
{
    public static readonly ClusterDocument Two = new()
    {
        Cluster = "test",
        Region = "eu-west-1",
        Nodes =
        [
            new ClusterNode { Name = "node-a", Zone = "zone-a", ZoneId = "az1", Addresses = ["192.168.0.1"], PodCidrs = ["10.1.0.0/24"] },
            new ClusterNode { Name = "node-b", Zone = "zone-b", ZoneId = "az2", Addresses = ["192.168.0.2"], PodCidrs = ["10.2.0.0/24"] },
        ],
        Pods =
        [
            Pod("client", "node-a", "10.1.0.5"),
            Pod("server", "node-b", "10.2.0.5"),
            Pod("other", "node-a", "10.1.0.6"),
            new ClusterPod { Namespace = "app", Name = "host", Node = "node-b", Workload = "host", WorkloadKind = "DaemonSet", Addresses = ["192.168.0.2"], HostNetwork = true },
        ],
        Services =
        [
            new ClusterService { Namespace = "app", Name = "web", Addresses = ["10.96.0.10"], Ports = [new(80, 8080)], Endpoints = ["10.2.0.5", "10.1.0.6"] },
        ],
    };

    public static ClusterPod Pod(string name, string node, params string[] addresses) =>
        new() { Namespace = "app", Name = name + "-1", Node = node, Workload = name, WorkloadKind = "Deployment", Addresses = [.. addresses] };

    public static PodDirectory Directory(ClusterDocument document, string localNode = "node-a")
    {
        var directory = new PodDirectory(localNode);
        directory.Apply(DirectoryState.From(document), DateTimeOffset.UnixEpoch);
        return directory;
    }

    public static AddressKey Key(string address) => AddressKey.TryParse(address, out var key) ? key : throw new FormatException(address);
}
