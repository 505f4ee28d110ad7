using System.Globalization;
using System.Net;
using FlowLake.Agent.Bpf;
using FlowLake.Tests.Agent.Bpf;

namespace FlowLake.Benchmarks.Agent.Lab;

/// <summary>
/// Two nodes of pods on this machine, calling ones (10.78.0.N) and serving ones (10.78.1.N): each pod a cgroup and a network namespace whose cable leads to one
/// bridge. Every cable's packets are received on all processors (<c>rps_cpus</c>), as a network card's interrupts would have it.
/// </summary>
internal sealed class PodLab : IDisposable
{
    private const string Prefix = "flbench";
    private static int labs;

    private readonly string name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}x{Interlocked.Increment(ref labs)}");
    private readonly List<IDisposable> owned = [];

    /// <param name="callers">Calling pods.</param>
    /// <param name="callees">Serving pods.</param>
    /// <param name="segmentationOffload">Off: each packet is one of the wire, and the interfaces count what a wire would carry.</param>
    public PodLab(int callers, int callees, bool segmentationOffload = true)
    {
        string mount = CgroupFileSystem.FindMount() ?? throw new InvalidOperationException("the benchmark needs cgroup v2: mount -t cgroup2 none /sys/fs/cgroup");
        Cgroup = Path.Combine(mount, name);
        // A run that is interrupted must leave no namespaces and no programs behind.
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        BpfPath = Directory.CreateTempSubdirectory(Prefix).FullName;
        BpfFileSystem.Mount(BpfPath);
        Shell.Run($"ip netns add {Bridge} && ip -n {Bridge} link add br0 type bridge && ip -n {Bridge} link set br0 up");
        Callers = [.. Enumerable.Range(1, callers).Select(number => Add("a", 0, number, segmentationOffload))];
        Callees = [.. Enumerable.Range(1, callees).Select(number => Add("b", 1, number, segmentationOffload))];
    }

    /// <summary>The cgroup that holds both nodes'.</summary>
    public string Cgroup { get; }

    public string CallerCgroup => Path.Combine(Cgroup, "a");

    public string CalleeCgroup => Path.Combine(Cgroup, "b");

    public string BpfPath { get; }

    /// <summary>The network namespace of the bridge, where a pod's other end of its cable is.</summary>
    public string Bridge => name + "br";

    public IReadOnlyList<LabPod> Callers { get; }

    public IReadOnlyList<LabPod> Callees { get; }

    public FlowCapture Capture(string cgroup, bool udp = true, int capacity = 16_384)
    {
        var capture = FlowCapture.Open(new CaptureOptions
        {
            CgroupRoot = cgroup, PinName = $"{name}{Path.GetFileName(cgroup)}", BpfFileSystem = BpfPath, Udp = udp, FlowCapacity = capacity,
        });
        owned.Add(capture);
        return capture;
    }

    /// <summary>A traffic program in the pod.</summary>
    public TrafficPod Run(LabPod pod)
    {
        var program = new TrafficPod(pod.Cgroup, pod.Namespace);
        owned.Add(program);
        return program;
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        owned.ForEach(owner => owner.Dispose());
        foreach (var pod in Callers.Concat(Callees))
        {
            Shell.Run($"ip netns del {pod.Namespace}");
            Directory.Delete(pod.Cgroup);
        }

        Shell.Run($"ip netns del {Bridge}");
        Directory.Delete(CallerCgroup);
        Directory.Delete(CalleeCgroup);
        Directory.Delete(Cgroup);
        BpfFileSystem.Unmount(BpfPath);
        Directory.Delete(BpfPath);
    }

    private void OnExit(object? sender, EventArgs arguments) => Dispose();

    private LabPod Add(string node, int net, int number, bool segmentationOffload)
    {
        string title = string.Create(CultureInfo.InvariantCulture, $"{node}{number}");
        var pod = new LabPod(Path.Combine(Cgroup, node, title), $"{name}{title}", IPAddress.Parse($"10.78.{net}.{number}"), title);
        Directory.CreateDirectory(pod.Cgroup);
        Shell.Run($"""
            set -e
            ip netns add {pod.Namespace}
            ip -n {pod.Namespace} link add eth0 type veth peer name {title} netns {Bridge}
            ip netns exec {pod.Namespace} sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv4.ip_local_port_range='10240 65000'
            ip -n {pod.Namespace} link set lo up
            ip -n {pod.Namespace} addr add {pod.Address}/16 dev eth0
            {(segmentationOffload ? "" : $"ip -n {pod.Namespace} link set eth0 gso_max_segs 1")}
            ip netns exec {pod.Namespace} sh -c 'echo {AllProcessors} > /sys/class/net/eth0/queues/rx-0/rps_cpus'
            ip netns exec {Bridge} sh -c 'echo {AllProcessors} > /sys/class/net/{title}/queues/rx-0/rps_cpus'
            ip -n {Bridge} link set {title} master br0 up
            ip -n {pod.Namespace} link set eth0 up
            """);
        return pod;
    }

    private static string AllProcessors => ((1L << Math.Min(Environment.ProcessorCount, 32)) - 1).ToString("x", CultureInfo.InvariantCulture);
}
