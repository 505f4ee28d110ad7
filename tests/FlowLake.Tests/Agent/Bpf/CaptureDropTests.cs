using System.Globalization;
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
        var whole = lab.Capture(lab.OptionsFor(lab.Second) with { CgroupRoot = CgroupFileSystem.FindMount()!, PinName = "whole", Udp = false });
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
