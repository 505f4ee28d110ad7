using FlowLake.Agent;
using FlowLake.Agent.Bpf;
using FlowLake.Schemas.Cluster;
using FlowLake.Tests.Agent.Bpf;

namespace FlowLake.Tests.Agent;

/// <summary>Both nodes of a lab as a cluster, a Service before the second node's pod, and a lake their agents fill.</summary>
internal sealed class CaptureLake : IDisposable
{
    public const string ServiceAddress = "10.96.77.1";
    public const int Port = 8080;
    public const int ServicePort = 80;

    private readonly TemporaryFolder folder = new();

    public CaptureLake()
    {
        File.WriteAllBytes(folder["cluster.json"], new ClusterDocument
        {
            Cluster = "lab",
            Region = "here",
            Nodes = [Node(Lab.First, "zone-a"), Node(Lab.Second, "zone-b")],
            Pods = [Pod(Lab.First, "caller"), Pod(Lab.Second, "callee")],
            Services =
            [
                new ClusterService { Namespace = "app", Name = "web", Addresses = [ServiceAddress], Ports = [new(ServicePort, Port)], Endpoints = [$"{Lab.Second.IPv4}"] },
            ],
        }.ToJson());
    }

    public KernelLab Lab { get; } = new();

    public string Folder => folder["lake"];

    public string WorkFolder => folder["work"];

    public Inbox Inbox => new(folder["lake"]);

    public AgentOptions OptionsOf(LabNode node) => new()
    {
        Node = node.Namespace,
        DirectoryFile = folder["cluster.json"],
        Lake = folder["lake"],
        SpoolFolder = folder["spool-" + node.Namespace],
        CgroupRoot = node.Cgroup,
        BpfFileSystem = Lab.BpfPath,
        Window = TimeSpan.FromSeconds(10),
    };

    /// <summary>The cluster as its agents know it from their next look on.</summary>
    public void Change(Func<ClusterDocument, ClusterDocument> change)
    {
        var changed = folder["cluster.json.new"];
        File.WriteAllBytes(changed, change(ClusterDocument.Parse(File.ReadAllBytes(folder["cluster.json"]))).ToJson());
        File.Move(changed, folder["cluster.json"], overwrite: true);
    }

    public bool IsSpoolEmpty(LabNode node) => !System.IO.Directory.EnumerateFiles(OptionsOf(node).SpoolFolder!, "*.parquet").Any();

    /// <summary>Clients of the Service on the node reach the second node's pod.</summary>
    public void RedirectService(LabNode node)
    {
        Shell.Run($"ip -n {node.Namespace} route add {ServiceAddress}/32 dev eth0");
        Shell.Run($"ip netns exec {node.Namespace} nft 'add table ip web; add chain ip web out {{ type nat hook output priority -100; }}; add rule ip web out ip daddr {ServiceAddress} tcp dport {ServicePort} dnat to {Lab.Second.IPv4}:{Port}'");
    }

    public void Dispose()
    {
        Lab.Dispose();
        folder.Dispose();
    }

    private static ClusterNode Node(LabNode node, string zone) => new() { Name = node.Namespace, Zone = zone };

    private static ClusterPod Pod(LabNode node, string name) => new()
    {
        Namespace = "app",
        Name = name,
        Node = node.Namespace,
        WorkloadKind = "Deployment",
        Workload = name,
        Addresses = [$"{node.IPv4}", $"{node.IPv6}"],
        Cgroup = Path.GetRelativePath(CgroupFileSystem.FindMount()!, node.PodCgroup),
    };
}
