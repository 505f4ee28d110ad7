using FlowLake.Schemas.Cluster;

namespace FlowLake.Demo.Scenario;

/// <summary>The demo's cluster as agents read it with <c>--directory</c>.</summary>
public static class ClusterFile
{
    /// <summary>Name of the cluster, on every row.</summary>
    public const string ClusterName = "demo";

    /// <param name="topology">Who is where.</param>
    /// <param name="cgroupRoot">The demo's cgroup, relative to the cgroup v2 mount.</param>
    public static ClusterDocument Of(DemoTopology topology, string cgroupRoot) => new()
    {
        Cluster = ClusterName,
        Region = DemoTopology.Region,
        Nodes = [.. topology.Nodes.Select(node => new ClusterNode
        {
            Name = node.Name,
            Zone = node.Zone,
            ZoneId = node.ZoneId,
            Addresses = [node.Address],
            PodCidrs = [node.PodCidrIpv4, node.PodCidrIpv6],
        })],
        Pods = [.. topology.Pods.Select(pod => new ClusterPod
        {
            Namespace = pod.Namespace,
            Name = pod.Name,
            Node = pod.Node.Name,
            WorkloadKind = DemoPod.WorkloadKind,
            Workload = pod.Workload,
            Addresses = [pod.Ipv4, pod.Ipv6],
            Cgroup = $"{cgroupRoot}/{pod.Node.Name}/{pod.Name}",
        })],
        Services =
        [
            new ClusterService
            {
                Namespace = topology.Servers.First().Namespace,
                Name = topology.Service.Name,
                Addresses = [topology.Service.Ipv4, topology.Service.Ipv6],
                Ports = [new ClusterServicePort(topology.Service.Port, topology.Service.TargetPort)],
                Endpoints =
                [
                    .. topology.Servers.Select(server => server.Ipv4),
                    .. topology.Servers.Where(topology.ListensOnIpv6).Select(server => server.Ipv6),
                ],
            },
        ],
    };
}
