using System.Globalization;
using FlowLake.Agent.Bpf;
using FlowLake.Benchmarks.Agent.Lab;
using FlowLake.Schemas.Cluster;

namespace FlowLake.Benchmarks.Agent.Size;

/// <summary>A cluster document of many pods, those of a lab among them.</summary>
internal static class BigCluster
{
    public const string Node = "node-a";
    private const int PodsPerNode = 100;

    public static ClusterDocument Of(PodLab lab, int pods)
    {
        var here = lab.Callers.Select((pod, number) => Pod(Node, number, $"{pod.Address}") with { Cgroup = Path.GetRelativePath(CgroupFileSystem.FindMount()!, pod.Cgroup) });
        var there = lab.Callees.Select((pod, number) => Pod("node-b", number, $"{pod.Address}"));
        int others = pods - lab.Callers.Count - lab.Callees.Count;
        var elsewhere = Enumerable.Range(0, others)
            .Select(number => Pod(OtherNode(number / PodsPerNode), number, string.Create(CultureInfo.InvariantCulture, $"10.{100 + (number >> 16)}.{number >> 8 & 255}.{number & 255}")));
        return new ClusterDocument
        {
            Cluster = "bench",
            Region = "eu-west-1",
            Nodes = [Zoned(Node, 0), Zoned("node-b", 1), .. Enumerable.Range(0, (others / PodsPerNode) + 1).Select(number => Zoned(OtherNode(number), number))],
            Pods = [.. here, .. there, .. elsewhere],
        };
    }

    private static string OtherNode(int number) => string.Create(CultureInfo.InvariantCulture, $"ip-10-0-{number}-17.eu-west-1.compute.internal");

    private static ClusterNode Zoned(string name, int number) => new()
    {
        Name = name, Zone = "eu-west-1" + "abc"[number % 3], ZoneId = string.Create(CultureInfo.InvariantCulture, $"euw1-az{1 + (number % 3)}"),
    };

    private static ClusterPod Pod(string node, int number, string address)
    {
        string workload = string.Create(CultureInfo.InvariantCulture, $"checkout-service-{number / 20}");
        return new ClusterPod
        {
            Namespace = string.Create(CultureInfo.InvariantCulture, $"team-{number / 200}"),
            Name = string.Create(CultureInfo.InvariantCulture, $"{node[..6]}-{workload}-7d9c5b8f6d-{number:x5}"),
            Node = node,
            WorkloadKind = "Deployment",
            Workload = workload,
            Addresses = [address],
        };
    }
}
