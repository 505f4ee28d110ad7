using FlowLake.Demo.Scenario;

namespace FlowLake.Demo.Machine;

/// <summary>What the demo calls things on the machine. Everything it makes carries the prefix, so that it can be found again.</summary>
/// <param name="Prefix">Letters, digits and dashes; <c>flowlake-demo</c> unless two are to run beside each other.</param>
/// <param name="CgroupMount">Where cgroup v2 is mounted.</param>
public sealed record MachineNames(string Prefix, string CgroupMount)
{
    public const string DefaultPrefix = "flowlake-demo";

    private const string NamespaceFolder = "/run/netns";

    /// <summary>Holds what must not outlive the demo: the private bpffs, and the documents of the pods.</summary>
    public string RunFolder => $"/run/{Prefix}";

    public string BpfFolder => $"{RunFolder}/bpf";

    public string ProcessFile => $"{RunFolder}/processes";

    /// <summary>The network namespace of the bridge that joins all pods, so that the host's own network stays as it is.</summary>
    public string BridgeNamespace => $"{Prefix}-bridge";

    public string CgroupRoot => $"{CgroupMount}/{Prefix}";

    /// <summary>Where the processes of FlowLake itself run: below the root, so that they can be found, beside the nodes, so that they are not observed.</summary>
    public string SystemCgroup => $"{CgroupRoot}/system";

    public string NodeCgroup(DemoNode node) => $"{CgroupRoot}/{node.Name}";

    public string PodCgroup(DemoPod pod) => $"{NodeCgroup(pod.Node)}/{pod.Name}";

    public string PodNamespace(DemoPod pod) => $"{Prefix}-{pod.Name}";

    public string NamespacePath(DemoPod pod) => $"{NamespaceFolder}/{PodNamespace(pod)}";

    /// <summary>The network namespaces there are that carry the prefix.</summary>
    public IReadOnlyList<string> ExistingNamespaces() => Directory.Exists(NamespaceFolder)
        ? [.. Directory.EnumerateFileSystemEntries(NamespaceFolder, $"{Prefix}-*").Select(path => Path.GetFileName(path))]
        : [];
}
