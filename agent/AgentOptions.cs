using System.Collections.Immutable;
using FlowLake.Agent.Bpf;
using FlowLake.Agent.Directory;
using FlowLake.Agent.Directory.Kubernetes;
using FlowLake.Agent.Health;
using FlowLake.Lake.Objects;

namespace FlowLake.Agent;

/// <summary>What an agent is told.</summary>
public sealed record AgentOptions
{
    /// <summary>Name of the node it runs on, as the directory knows it.</summary>
    public required string Node { get; init; }

    /// <summary>
    /// The directory: a file with a <see cref="Schemas.Cluster.ClusterDocument"/>, read again when it changes. Null (the default) for the API server of
    /// the cluster in one of whose pods the agent runs.
    /// </summary>
    public string? DirectoryFile { get; init; }

    /// <summary>A kubeconfig file whose current context says which API server is read, outside of a pod; null (the default) for the one of the pod's cluster.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>
    /// A file with a <see cref="Schemas.Cluster.ClusterDocument"/> that has networks alone: where addresses outside of the cluster stand. It is read at start;
    /// null (the default) for none. A directory file has its own.
    /// </summary>
    public string? CidrTable { get; init; }

    /// <summary>Where the API server is when it is not to be found by the rest; null, the default, but in tests.</summary>
    internal ApiServerAccess? ApiServer { get; init; }

    /// <summary>Where the lake is, as <see cref="Lake.Objects.ObjectStores.Open"/> takes it.</summary>
    public required string Lake { get; init; }

    /// <summary>Name of the cluster; null (the default) for the one the directory names.</summary>
    public string? Cluster { get; init; }

    /// <summary>Cloud region; null (the default) for the one the directory names.</summary>
    public string? Region { get; init; }

    /// <summary>The folder where windows wait for the store, one an agent; null (the default) for /var/lib/flowlake/agent/NODE.</summary>
    public string? SpoolFolder { get; init; }

    /// <summary>Most bytes of files in the spool.</summary>
    /// <value>1 MiB or more. The default is 256 MiB. Beyond it the oldest windows go, and coverage says how many rows.</value>
    public long SpoolBytesMax { get; init; } = 256L << 20;

    /// <summary>The folder in the cgroup v2 file system whose sockets are counted; null (the default) for its mount: the whole node.</summary>
    public string? CgroupRoot { get; init; }

    /// <summary>Where the BPF file system is mounted. The default is /sys/fs/bpf.</summary>
    public string BpfFileSystem { get; init; } = "/sys/fs/bpf";

    /// <summary>Flows the kernel can hold between two drains; see <see cref="CaptureOptions.FlowCapacity"/>. The default is 16,384.</summary>
    public int FlowCapacity { get; init; } = 16_384;

    /// <summary>Count UDP and the other protocols that are not TCP, packet by packet. The default is on.</summary>
    public bool Udp { get; init; } = true;

    /// <summary>Follow DNS over UDP port 53. Nothing without <see cref="Udp"/>. The default is on.</summary>
    public bool Dns { get; init; } = true;

    /// <summary>Length of one window.</summary>
    /// <value>10 seconds to 10 minutes, both included, in whole seconds. The default is 60 seconds.</value>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often windows are uploaded; those of one interval become one file.</summary>
    /// <value>From one window to one hour, in whole seconds. Null, the default: each window by itself.</value>
    public TimeSpan? UploadInterval { get; init; }

    /// <summary>Most rows of a window that keep their names; the rest becomes one row a pair of zones and protocol.</summary>
    /// <value>1 to 1,000,000. The default is 20,000.</value>
    public int RowsMax { get; init; } = 20_000;

    /// <summary>The only namespaces whose pods are observed. The default is none: all are. The annotation flowlake.io/observe on a pod or namespace wins.</summary>
    public ImmutableArray<string> NamespacesIncluded { get; init; } = [];

    /// <summary>Namespaces whose pods are not observed, also where they are included. The default is none. Give every agent of a cluster the same.</summary>
    public ImmutableArray<string> NamespacesExcluded { get; init; } = [];

    /// <summary>
    /// Leave the kernel half counting at a clean exit, for an update that starts the next agent at once. The default is off: a clean exit leaves nothing
    /// behind in the kernel.
    /// </summary>
    public bool KeepCounting { get; init; }

    /// <summary>Where /metrics, /healthz and /readyz are answered, as 127.0.0.1:9464 or [fd00::5]:9464; port 0 for any that is free. The default is nowhere.</summary>
    public string? MetricsListen { get; init; }

    /// <summary>Everything that is wrong with the options, each with the way out; empty when they are good.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (string.IsNullOrWhiteSpace(Node))
            faults.Add("node: empty; give the node's name as the directory knows it");
        else if (NodeFault(Node) is { } fault)
            faults.Add($"node: {fault}");
        if (string.IsNullOrWhiteSpace(Lake))
            faults.Add("lake: empty; give a folder or s3://bucket/prefix");
        if (DirectoryFile is null && Kubeconfig is null && ApiServer is null && !ApiServerAccess.IsInCluster)
            faults.Add($"directory: none, and {ApiServerAccess.HostVariable} is not set, so this is no pod of a cluster; give a JSON file with nodes, pods and services, or a kubeconfig");
        else if (DirectoryFile is not null && Kubeconfig is not null)
            faults.Add("directory: a file and a kubeconfig; give one of them");
        else if (DirectoryFile is not null && !File.Exists(DirectoryFile))
            faults.Add($"directory: there is no file {DirectoryFile}; give a JSON file with nodes, pods and services");
        if (DirectoryFile is not null && CidrTable is not null)
            faults.Add("cidr table: the directory file has its own; write the networks there");
        if (SpoolFolder is not null && SpoolFolder.AsSpan().ContainsAny('*', '?', '['))
            faults.Add($"spool: {SpoolFolder} holds one of * ? [, which the engine takes for a pattern; choose another folder");
        if (SpoolBytesMax < 1 << 20)
            faults.Add($"spool bytes: {SpoolBytesMax} is below 1 MiB (1048576); a window needs room");
        if (CgroupRoot is not null && !System.IO.Directory.Exists(CgroupRoot))
            faults.Add($"cgroup root: there is no folder {CgroupRoot}; give one in the cgroup v2 file system{(CgroupFileSystem.FindMount() is { } mount ? $", mounted at {mount}" : "")}");
        if (FlowCapacity is < 64 or > 1_048_576)
            faults.Add($"flow capacity: {FlowCapacity} is not within 64 and 1048576");
        if (RowsMax is < 1 or > 1_000_000)
            faults.Add($"rows: {RowsMax} is not within 1 and 1000000");
        if (!IsWithin(Window, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10)))
            faults.Add($"window: {Window} is not 10 seconds to 10 minutes in whole seconds");
        if (UploadInterval is { } interval && !IsWithin(interval, Window, TimeSpan.FromHours(1)))
            faults.Add($"upload interval: {interval} is not one window ({Window}) to one hour in whole seconds");
        foreach (var name in NamespacesIncluded.Concat(NamespacesExcluded).Where(name => !IsNamespace(name)))
            faults.Add($"namespaces: \"{name}\" is no name of a namespace; it has 1 to 63 small letters, digits and '-', the last not at an end");
        if (MetricsListen is not null && !ListenAddress.TryParse(MetricsListen, out _))
            faults.Add($"metrics listen: \"{MetricsListen}\" is no address with a port; give one as 127.0.0.1:9464 or [fd00::5]:9464");
        return faults;
    }

    /// <summary>The folder of <see cref="SpoolFolder"/> or its default.</summary>
    internal string SpoolPath => SpoolFolder ?? Path.Combine("/var/lib/flowlake/agent", ObjectKey.Segment(Node));

    /// <summary>Who is observed where no annotation says it.</summary>
    internal ObservationScope Scope => new() { Included = [.. NamespacesIncluded], Excluded = [.. NamespacesExcluded] };

    /// <summary>What the kernel half is told.</summary>
    internal CaptureOptions Capture => new()
    {
        CgroupRoot = CgroupRoot ?? CgroupFileSystem.FindMount() ?? "/sys/fs/cgroup",
        PinName = NodePinName.Of(Node),
        BpfFileSystem = BpfFileSystem,
        FlowCapacity = FlowCapacity,
        Udp = Udp,
        Dns = Dns,
    };

    // Source: RFC 1123, as the API server holds names of namespaces to it.
    private static bool IsNamespace(string name) =>
        name.Length is >= 1 and <= 63 && !name.StartsWith('-') && !name.EndsWith('-') && name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-');

    // It is a segment of each object's key, and by default the name of the spool's folder.
    private static string? NodeFault(string node)
    {
        try
        {
            ObjectKey.Segment(node);
            return null;
        }
        catch (ArgumentException exception)
        {
            return exception.Message;
        }
    }

    private static bool IsWithin(TimeSpan value, TimeSpan least, TimeSpan most) => value >= least && value <= most && value.Ticks % TimeSpan.TicksPerSecond == 0;
}
