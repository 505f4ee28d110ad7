using System.Globalization;
using System.Net.Sockets;
using FlowLake.Agent.Bpf;
using FlowLake.Agent.Bpf.Interop;
using Xunit;

namespace FlowLake.Tests.Agent.Bpf;

/// <summary>Packets the kernel drops, with its own reason.</summary>
[Collection(nameof(KernelLab))]
public sealed class CaptureDropTests : IDisposable
{
    private const int Port = 8000;
    private const int Packets = 20;
    private const int Payload = 100;
    private const int Headers = 28;
    private const string Reason = "NETFILTER_DROP";

    private readonly KernelLab lab = new();

    private CaptureOptions OptionsForAll => lab.OptionsFor(lab.Second) with { CgroupRoot = CgroupFileSystem.FindMount()!, PinName = "whole", Udp = false };

    public void Dispose() => lab.Dispose();

    [Fact]
    public void A_packet_dropped_on_its_way_out_belongs_to_its_socket_and_its_flow()
    {
        var capture = lab.Capture(lab.OptionsFor(lab.First));
        Drop(lab.First, "output");

        // The sender is told each time, and goes on.
        lab.PodOn(lab.First).Do($"udp-scatter {lab.Second.IPv4} {Port} {Packets} {Payload}");

        var tally = new Tally();
        tally.CollectUntil(capture, tally => tally.Drops.Sum(drop => drop.Packets) >= Packets);
        var drop = Assert.Single(tally.Drops, drop => drop.Reason == Reason);
        Assert.Equal(
            new DropEntry(Reason, CgroupFileSystem.IdOf(lab.First.PodCgroup), NamespaceOf(lab.First), Protocols.Udp, Packets, Packets * (Payload + Headers)), drop);
        Assert.Equal(Packets, tally.Sum(Protocols.Udp).Drops);
        Assert.Equal((0, 0, 0), (capture.Losses.DropsUnlisted, capture.Losses.IncidentsFolded, capture.Losses.RecursionMisses));
    }

    [Fact]
    public void A_packet_dropped_before_it_found_a_socket_is_told_by_the_agent_of_the_whole_node()
    {
        var subtree = lab.Capture(lab.OptionsFor(lab.Second));
        var whole = lab.Capture(OptionsForAll);
        Drop(lab.Second, "input");

        lab.PodOn(lab.First).Do($"udp-scatter {lab.Second.IPv4} {Port} {Packets} {Payload}");

        var tally = new Tally();
        var place = NamespaceOf(lab.Second);
        tally.CollectUntil(whole, tally => tally.Drops.Where(drop => drop.NetworkNamespace == place).Sum(drop => drop.Packets) >= Packets);
        Assert.Equal(
            new DropEntry(Reason, 0, place, Protocols.Udp, Packets, Packets * (Payload + Headers)), Assert.Single(tally.Drops, drop => drop.NetworkNamespace == place && drop.Reason == Reason));
        Assert.DoesNotContain(subtree.Drain().Drops, drop => drop.Reason == Reason);
    }

    [Fact]
    public void What_the_kernel_frees_of_healthy_connections_is_no_drop()
    {
        const int connections = 300; // of each three one is half-closed while data comes back, and each has a FIN that meets a time-wait socket
        var whole = lab.Capture(OptionsForAll);
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port}");
        callee.Do($"tcp-serve {lab.Second.IPv6} {Port}");

        caller.Do($"tcp-orderly {lab.Second.IPv4} {Port} {connections} 4 1");
        caller.Do($"tcp-orderly {lab.Second.IPv6} {Port} {connections} 4 2");
        caller.Do($"tcp-stream {lab.Second.IPv4} {Port} 200 3");

        var (cgroup, places) = (CgroupFileSystem.IdOf(lab.First.PodCgroup), new[] { NamespaceOf(lab.First), NamespaceOf(lab.Second) });
        var tally = new Tally();
        tally.CollectUntil(whole, tally => tally.Sum(key => key.Cgroup == cgroup).ConnectionsClosed == 2 * connections + 1);
        var drops = tally.Drops.Where(drop => places.Contains(drop.NetworkNamespace)).ToArray();
        Assert.DoesNotContain(drops, drop => drop.Reason is "NOT_SPECIFIED" or "QUEUE_PURGE");
        // A sender on a busy machine may lose patience: what it sends twice is dropped once, and truly.
        Assert.DoesNotContain(drops, drop => drop.Protocol == Protocols.Tcp && drop.Reason is not ("TCP_OLD_DATA" or "TCP_OLD_SEQUENCE" or "TCP_OLD_ACK" or "TCP_OFOMERGE"));
    }

    [Fact]
    public void Segments_a_full_queue_loses_belong_to_their_flow()
    {
        var capture = lab.Capture(lab.OptionsFor(lab.First));
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port}");
        Shell.Run($"ip netns exec {lab.First.Namespace} tc qdisc add dev eth0 root tbf rate 20mbit burst 3000 limit 5000");

        caller.Do($"tcp-stream {lab.Second.IPv4} {Port} 100 1");

        var tally = new Tally();
        tally.CollectUntil(capture, tally => tally.Sum(Protocols.Tcp).ConnectionsClosed == 1);
        var lost = tally.Drops.Where(drop => drop.Reason.StartsWith("QDISC_", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(lost);
        Assert.All(lost, drop => Assert.Equal((CgroupFileSystem.IdOf(lab.First.PodCgroup), Protocols.Tcp), (drop.Cgroup, drop.Protocol)));
        Assert.InRange(tally.Sum(Protocols.Tcp).Drops, lost.Sum(drop => drop.Packets), long.MaxValue);
    }

    [Fact]
    public void A_connect_to_a_closed_port_is_a_drop_with_its_reason()
    {
        var whole = lab.Capture(OptionsForAll);
        var place = NamespaceOf(lab.Second);

        lab.PodOn(lab.First).Do($"tcp-fail {lab.Second.IPv4} {Port} {(int)SocketError.ConnectionRefused}");

        var tally = new Tally();
        tally.CollectUntil(whole, tally => tally.Drops.Any(drop => drop.NetworkNamespace == place && drop.Protocol == Protocols.Tcp));
        var drop = Assert.Single(tally.Drops, drop => drop.NetworkNamespace == place && drop.Protocol == Protocols.Tcp);
        Assert.Equal(("NO_SOCKET", 1), (drop.Reason, drop.Packets));
    }

    [Fact]
    public void Reasons_have_the_names_the_running_kernel_gives_them()
    {
        using var bpfObject = BpfObject.Open(new CaptureOptions { CgroupRoot = "/", PinName = "none" }.ObjectPath);
        var kernel = KernelTypes.Read();
        var number = new BtfTypes(File.ReadAllBytes(KernelTypes.Source)).FindEnum("skb_drop_reason").Single(value => value.Name == "SKB_DROP_REASON_" + Reason).Value;

        Assert.Equal(Reason, kernel.DropReasons.NameOf(number));
        Assert.Equal("4000000000", kernel.DropReasons.NameOf(4_000_000_000));
        Assert.Equal("NOT_SPECIFIED", new DropReasons(new BtfTypes(bpfObject.Btf())).NameOf(0)); // a kernel without reasons
    }

    [Fact]
    public void Without_the_tracepoints_capture_goes_on_and_says_what_it_does_not_see()
    {
        using var bpfObject = BpfObject.Open(new CaptureOptions { CgroupRoot = "/", PinName = "none" }.ObjectPath);
        var older = new KernelTypes(new BtfTypes(bpfObject.Btf())); // our own types have none of the kernel's tracepoints
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port}");
        FlowCapture.Open(lab.OptionsFor(lab.First)).Dispose();

        using var capture = FlowCapture.OpenOn(older, lab.OptionsFor(lab.First), TimeProvider.System);
        var called = caller.Do($"tcp-call {lab.Second.IPv4} {Port} 10 2 1");

        Assert.Equal(PinNames.TracingPrograms.Select(program => program.Name), capture.Unavailable.Select(program => program.Program));
        Assert.All(capture.Unavailable, program => Assert.Contains("no tracepoint", program.Cause, StringComparison.Ordinal));
        Assert.Empty(System.IO.Directory.GetFiles(lab.BpfPath, PinNames.Link("dropped"), SearchOption.AllDirectories));
        var tally = new Tally();
        tally.CollectUntil(capture, tally => tally.Sum(Protocols.Tcp).ConnectionsClosed == 10);
        Assert.Equal(called, tally.Payload(Protocols.Tcp));
        Assert.Equal((0, 0), (tally.Sum(Protocols.Tcp).ResetsSent, tally.Sum(Protocols.Tcp).ResetsReceived));
    }

    private static void Drop(LabNode node, string hook) =>
        Shell.Run($"ip netns exec {node.Namespace} nft 'add table ip wall; add chain ip wall {hook} {{ type filter hook {hook} priority 0; }}; add rule ip wall {hook} udp dport {Port}-{Port + Packets} drop'");

    private static uint NamespaceOf(LabNode node) =>
        uint.Parse(Shell.Run($"stat -L -c %i /run/netns/{node.Namespace}"), CultureInfo.InvariantCulture);
}
