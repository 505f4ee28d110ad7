using FlowLake.Agent.Bpf;
using Xunit;

namespace FlowLake.Tests.Agent.Bpf;

/// <summary>More flows than the map holds: detail is lost and told, no byte is.</summary>
[Collection(nameof(KernelLab))]
public sealed class CaptureCapacityTests : IDisposable
{
    private const int Capacity = 64;
    private const int Flows = 200;
    private const int Port = 7000;

    private readonly KernelLab lab = new();

    public void Dispose() => lab.Dispose();

    [Fact]
    public void A_full_map_keeps_every_byte_of_udp()
    {
        var capture = lab.Capture(lab.OptionsFor(lab.First) with { FlowCapacity = Capacity });

        var sent = lab.PodOn(lab.First).Do($"udp-scatter {lab.Second.IPv4} 8000 {Flows} 100").Sent;

        var tally = new Tally();
        tally.Collect(capture);
        var folded = tally.Sum(key => key.IsFolded && key.Protocol == Protocols.Udp);
        Assert.Equal(Flows - Capacity, folded.PacketsOut);
        Assert.Equal(Flows - Capacity, capture.Losses.PacketsFolded);
        Assert.Equal(sent, tally.Payload(Protocols.Udp).Sent);
        AssertNothingLost(capture);
    }

    [Fact]
    public void A_full_map_keeps_every_byte_of_closing_tcp()
    {
        var capture = lab.Capture(lab.OptionsFor(lab.First) with { FlowCapacity = Capacity });
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        for (var port = Port; port < Port + Flows; port++)
            callee.Do($"tcp-serve {lab.Second.IPv4} {port}");

        var called = caller.Do($"tcp-scatter {lab.Second.IPv4} {Port} {Flows} 1");

        var tally = new Tally();
        tally.CollectUntil(capture, tally => tally.Sum(Protocols.Tcp).ConnectionsClosed == Flows);
        Assert.Equal(called, tally.Payload(Protocols.Tcp));
        Assert.Equal(Flows, tally.Sum(Protocols.Tcp).ConnectionsOpened);
        Assert.Equal(tally.Sum(key => key.IsFolded).ConnectionsClosed, capture.Losses.ClosesFolded);
        Assert.True(capture.Losses.ClosesFolded > 0);
        AssertNothingLost(capture);
    }

    [Fact]
    public async Task A_sweep_that_finds_the_map_full_leaves_the_socket_for_the_next()
    {
        var capture = lab.Capture(lab.OptionsFor(lab.First) with { FlowCapacity = Capacity });
        var (caller, callee, filler) = (lab.PodOn(lab.First), lab.PodOn(lab.Second), lab.PodOn(lab.First));
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port}");
        filler.Do($"udp-scatter {lab.Second.IPv4} 8000 {Capacity} 1");

        var calling = caller.DoAsync($"tcp-stream {lab.Second.IPv4} {Port} 3000 1");
        Assert.True(SpinWait.SpinUntil(() => capture.Sweep() > 0 && capture.Losses.SweepsPostponed > 0, TimeSpan.FromSeconds(30)));
        var tally = new Tally();
        tally.Collect(capture);
        var called = await calling;

        tally.CollectUntil(capture, tally => tally.Sum(Protocols.Tcp).ConnectionsClosed == 1);
        Assert.Equal(called, tally.Payload(Protocols.Tcp));
        Assert.DoesNotContain(tally.Entries, entry => entry.Key is { IsFolded: true, Protocol: Protocols.Tcp });
        AssertNothingLost(capture);
    }

    [Fact]
    public void Connections_the_kernel_has_no_memory_to_tag_are_told_with_their_bytes()
    {
        const int Connections = 5;
        // What is kept with a socket counts as its option memory, which each network namespace bounds for itself.
        Shell.Run($"ip netns exec {lab.First.Namespace} sysctl -qw net.core.optmem_max=16");
        var capture = lab.Capture(lab.OptionsFor(lab.First));
        OccupiedSlots.Fill(lab);
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port}");

        var called = caller.Do($"tcp-call {lab.Second.IPv4} {Port} {Connections} 1 1");

        Assert.True(SpinWait.SpinUntil(() => capture.Losses.Untagged == Connections, TimeSpan.FromSeconds(30)), $"{capture.Losses}");
        Assert.Equal(Connections, capture.Losses.StorageFailed);
        // An untagged socket does not say which of its bytes are its SYN and the two FINs.
        Assert.InRange(capture.Losses.UntaggedBytes - called.Sent - called.Received, 0, 3 * Connections);
        var tally = new Tally();
        tally.Collect(capture);
        Assert.Equal(0, tally.Sum(Protocols.Tcp).ConnectionsOpened);
    }

    private static void AssertNothingLost(FlowCapture capture)
    {
        var losses = capture.Losses;
        Assert.Equal((0, 0, 0), (losses.ReserveFull, losses.Untagged, losses.StorageFailed));
    }
}
