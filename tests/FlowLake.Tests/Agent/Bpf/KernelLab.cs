using System.Globalization;
using FlowLake.Agent.Bpf;

namespace FlowLake.Tests.Agent.Bpf;

/// <summary>
/// Two nodes on this machine: each a cgroup with one pod in it, whose network namespaces are joined by a cable. Addresses are
/// 10.77.0.1 and fd77::1 for the first, 2 for the second. Pins go to a BPF file system of the lab's own.
/// </summary>
public sealed class KernelLab : IDisposable
{
    internal const string Prefix = "flbpf";
    private static int labs;

    private readonly string name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}x{Interlocked.Increment(ref labs)}");
    private readonly string cgroup;
    private readonly List<IDisposable> owned = [];

    static KernelLab() => AbandonedLabs.Remove();

    public KernelLab()
    {
        var mount = CgroupFileSystem.FindMount() ?? throw new InvalidOperationException("these tests need cgroup v2: mount -t cgroup2 none /sys/fs/cgroup");
        cgroup = Path.Combine(mount, name);
        BpfPath = Path.Combine(Path.GetTempPath(), name);
        BpfFileSystem.Mount(BpfPath);
        First = new LabNode(cgroup, $"{name}a", 1);
        Second = new LabNode(cgroup, $"{name}b", 2);
        Shell.Run($"ip -n {First.Namespace} link add eth0 type veth peer name eth0 netns {Second.Namespace}");
        First.Configure();
        Second.Configure();
    }

    public string BpfPath { get; }

    public LabNode First { get; }

    public LabNode Second { get; }

    public CaptureOptions OptionsFor(LabNode node) => new() { CgroupRoot = node.Cgroup, PinName = node.Namespace, BpfFileSystem = BpfPath };

    public FlowCapture Capture(CaptureOptions options)
    {
        var capture = FlowCapture.Open(options);
        owned.Add(capture);
        return capture;
    }

    public TrafficPod PodOn(LabNode node)
    {
        var pod = new TrafficPod(node.PodCgroup, node.Namespace);
        owned.Add(pod);
        return pod;
    }

    public void Dispose()
    {
        owned.ForEach(owner => owner.Dispose());
        First.Remove();
        Second.Remove();
        System.IO.Directory.Delete(cgroup);
        BpfFileSystem.Unmount(BpfPath);
        System.IO.Directory.Delete(BpfPath);
    }
}
