using FlowLake.Tests.Agent.Bpf;

namespace FlowLake.Benchmarks.Agent.Lab;

/// <summary>The programs of <c>baseline.bpf.c</c>, loaded and pinned in a lab's BPF file system.</summary>
internal sealed class BaselinePrograms : IDisposable
{
    private const string EmptyEvents = "empty_events";
    private const string EmptyPacket = "empty_packet";
    private const string TagSocket = "tag_socket";
    private const string CountConnection = "count_connection";
    private static readonly string[] counters = ["count_in", "count_out"];

    private readonly string pins;

    public BaselinePrograms(PodLab lab)
    {
        pins = Path.Combine(lab.BpfPath, "baseline");
        string source = Path.Combine(AppContext.BaseDirectory, "Agent", "baseline.bpf.c");
        Shell.Run($"""
            set -e
            object=$(mktemp)
            clang -target bpf -mcpu=v3 -O2 -g -Wall -Werror -idirafter /usr/include/$(uname -m)-linux-gnu -c {source} -o $object
            bpftool prog loadall $object {pins}
            rm $object
            """);
    }

    /// <summary>Every packet to and from the pod is counted by its five-tuple from now on.</summary>
    public ProgramTimes CountPackets(LabPod pod)
    {
        Shell.Run($"""
            set -e
            tc -n {pod.Namespace} qdisc add dev eth0 clsact
            tc -n {pod.Namespace} filter add dev eth0 ingress bpf direct-action object-pinned {pins}/{counters[0]}
            tc -n {pod.Namespace} filter add dev eth0 egress bpf direct-action object-pinned {pins}/{counters[1]}
            """);
        return Times(counters);
    }

    /// <summary>A program that does nothing runs beside FlowLake's at every event of the cgroup's sockets.</summary>
    public ProgramTimes AttachEmptyEvents(string cgroup) => Attach(cgroup, "sock_ops", EmptyEvents);

    /// <summary>The same at every packet the cgroup's sockets send.</summary>
    public ProgramTimes AttachEmptyPacket(string cgroup) => Attach(cgroup, "egress", EmptyPacket);

    /// <summary>Of a program that keeps as many bytes as FlowLake in the kernel's storage of each connection's socket, and does no more: what is measured with it.</summary>
    public T WithTagging<T>(string cgroup, Func<ProgramTimes, T> measure) => With(cgroup, TagSocket, measure);

    /// <summary>Likewise of one that writes them into a slot of an array, and adds one number to a hash when the connection closes.</summary>
    public T WithCounting<T>(string cgroup, Func<ProgramTimes, T> measure) => With(cgroup, CountConnection, measure);

    /// <summary>The program that does nothing with a packet.</summary>
    public long EmptyPacketId => Times(EmptyPacket).IdOf(EmptyPacket);

    public void Dispose() => Shell.Run($"rm -r {pins}");

    private T With<T>(string cgroup, string name, Func<ProgramTimes, T> measure)
    {
        try
        {
            return measure(Attach(cgroup, "sock_ops", name));
        }
        finally
        {
            Shell.Run($"bpftool cgroup detach {cgroup} sock_ops pinned {pins}/{name}");
        }
    }

    private ProgramTimes Attach(string cgroup, string kind, string name)
    {
        Shell.Run($"bpftool cgroup attach {cgroup} {kind} pinned {pins}/{name} multi");
        return Times(name);
    }

    private ProgramTimes Times(params IReadOnlyList<string> names) => ProgramTimes.PinnedPrograms([.. names.Select(name => Path.Combine(pins, name))]);
}
