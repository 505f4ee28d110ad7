using System.Globalization;
using System.Net;
using FlowLake.Agent.Bpf;
using Xunit;

namespace FlowLake.Tests.Agent.Bpf;

/// <summary>Payload as counted by the kernel against what the applications say, at both ends.</summary>
[Collection(nameof(KernelLab))]
public sealed class CaptureAccuracyTests : IDisposable
{
    private const int Port = 7000;
    private const int Connections = 500;

    private readonly KernelLab lab = new();

    public void Dispose() => lab.Dispose();

    [Theory]
    [InlineData("10.77.0.2", "10.77.0.2")]
    [InlineData("fd77::2", "fd77::2")]
    [InlineData("::", "10.77.0.2")] // a dual-stack server
    public void Short_tcp_connections_are_counted_to_the_byte_at_both_ends_however_they_close(string bind, string call)
    {
        var (client, server) = (lab.Capture(lab.OptionsFor(lab.First)), lab.Capture(lab.OptionsFor(lab.Second)));
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"tcp-serve {bind} {Port}");

        var called = caller.Do($"tcp-call {call} {Port} {Connections} 16 1");
        var served = callee.Do($"served {bind} {Port} {Connections}");

        var address = IPAddress.Parse(call);
        var callerAddress = address.AddressFamily == lab.First.IPv6.AddressFamily ? lab.First.IPv6 : lab.First.IPv4;
        AssertExact(client, called, new Expected(lab.First, FlowRole.Client, callerAddress, address, Connections));
        AssertExact(server, served, new Expected(lab.Second, FlowRole.Server, address, callerAddress, Connections));
    }

    [Fact]
    public async Task A_long_connection_is_counted_to_the_byte_under_sweeps_without_pause()
    {
        const int exchanges = 3000;
        var (client, server) = (lab.Capture(lab.OptionsFor(lab.First)), lab.Capture(lab.OptionsFor(lab.Second)));
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port}");

        var calling = caller.DoAsync($"tcp-stream {lab.Second.IPv4} {Port} {exchanges} 2");
        var (atClient, atServer) = (new Tally(), new Tally());
        while (!calling.IsCompleted)
        {
            client.Sweep();
            server.Sweep();
            atClient.Collect(client);
        }
        var called = await calling;
        var served = callee.Do($"served {lab.Second.IPv4} {Port} 1");

        AssertExact(client, called, new Expected(lab.First, FlowRole.Client, lab.First.IPv4, lab.Second.IPv4, 1), atClient);
        AssertExact(server, served, new Expected(lab.Second, FlowRole.Server, lab.Second.IPv4, lab.First.IPv4, 1), atServer);
    }

    [Fact]
    public async Task Short_connections_are_counted_to_the_byte_under_sweeps_without_pause_and_receive_steering()
    {
        const int many = 3000;
        // Packets are received in interrupts on the other processor, and what the kernel does for them nests in what it was doing.
        foreach (var node in new[] { lab.First, lab.Second })
            Shell.Run($"ip netns exec {node.Namespace} sh -c 'echo 3 > /sys/class/net/eth0/queues/rx-0/rps_cpus'");
        var (client, server) = (lab.Capture(lab.OptionsFor(lab.First)), lab.Capture(lab.OptionsFor(lab.Second)));
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port}");

        var calling = caller.DoAsync($"tcp-call {lab.Second.IPv4} {Port} {many} 32 3");
        var atClient = new Tally();
        while (!calling.IsCompleted)
        {
            client.Sweep();
            server.Sweep();
            atClient.Collect(client);
        }
        var called = await calling;
        var served = callee.Do($"served {lab.Second.IPv4} {Port} {many}");

        AssertExact(client, called, new Expected(lab.First, FlowRole.Client, lab.First.IPv4, lab.Second.IPv4, many), atClient);
        AssertExact(server, served, new Expected(lab.Second, FlowRole.Server, lab.Second.IPv4, lab.First.IPv4, many));
    }

    [Fact]
    public void Connections_that_find_no_slot_are_counted_to_the_byte_and_slots_of_sockets_that_are_gone_are_given_back()
    {
        const int staying = 50;
        var capture = lab.Capture(lab.OptionsFor(lab.First));
        OccupiedSlots.Fill(lab);
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port}");

        caller.Do($"tcp-hold {lab.Second.IPv4} {Port} {staying} 8");
        var called = caller.Do($"tcp-call {lab.Second.IPv4} {Port} {Connections} 16 9");
        Assert.Equal(OccupiedSlots.All, OccupiedSlots.Count(lab));
        capture.Sweep();
        Assert.Equal(0, OccupiedSlots.Count(lab));
        var stayed = caller.Do($"tcp-resume {lab.Second.IPv4} {Port}");

        var all = new AppBytes(called.Sent + stayed.Sent, called.Received + stayed.Received);
        AssertExact(capture, all, new Expected(lab.First, FlowRole.Client, lab.First.IPv4, lab.Second.IPv4, Connections + staying));
    }

    [Fact]
    public void Connections_that_come_to_slots_in_use_are_counted_to_the_byte_as_those_that_stay_in_them()
    {
        const int staying = 50;
        const int more = 9_000; // With two cookies each they go once around the ring of 16,384 slots.
        var (client, server) = (lab.Capture(lab.OptionsFor(lab.First)), lab.Capture(lab.OptionsFor(lab.Second)));
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port}");

        caller.Do($"tcp-hold {lab.Second.IPv4} {Port} {staying} 11");
        var called = caller.Do($"tcp-call {lab.Second.IPv4} {Port} {more} 32 12");
        client.Sweep();
        var stayed = caller.Do($"tcp-resume {lab.Second.IPv4} {Port}");
        var served = callee.Do($"served {lab.Second.IPv4} {Port} {more + staying}");

        var all = new AppBytes(called.Sent + stayed.Sent, called.Received + stayed.Received);
        AssertExact(client, all, new Expected(lab.First, FlowRole.Client, lab.First.IPv4, lab.Second.IPv4, more + staying));
        AssertExact(server, served, new Expected(lab.Second, FlowRole.Server, lab.Second.IPv4, lab.First.IPv4, more + staying));
    }

    [Fact]
    public void A_host_talking_to_itself_is_not_recorded_but_is_told()
    {
        var capture = lab.Capture(lab.OptionsFor(lab.First));
        var pod = lab.PodOn(lab.First);
        pod.Do($"tcp-serve {lab.First.IPv4} {Port}");
        pod.Do("udp-serve 127.0.0.1 7001");

        var tcp = pod.Do($"tcp-call {lab.First.IPv4} {Port} 1 1 5");
        var udp = pod.Do("udp-call 127.0.0.1 7001 2 6");

        var tally = new Tally();
        tally.CollectUntil(capture, _ => capture.Losses.Loopback == 2 + 4);
        Assert.DoesNotContain(tally.Entries, entry => entry.Key.Protocol is Protocols.Tcp or Protocols.Udp);
        Assert.Equal(2 + 4, capture.Losses.Loopback);
        Assert.InRange(capture.Losses.LoopbackBytes - (tcp.Sent + tcp.Received + udp.Sent + udp.Received), 0, 4); // SYN and FIN are in it
    }

    [Fact]
    public void Ip_bytes_and_packets_are_those_on_the_wire()
    {
        // With segmentation offload a super-packet has one header on a veth where a wire would carry many.
        foreach (var node in new[] { lab.First, lab.Second })
            Shell.Run($"ip -n {node.Namespace} link set eth0 gso_max_segs 1");
        var (client, server) = (lab.Capture(lab.OptionsFor(lab.First)), lab.Capture(lab.OptionsFor(lab.Second)));
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port}");
        var before = Interface("tx");

        // Without resets: what a socket sends after its close is not the socket's any more.
        caller.Do($"tcp-orderly {lab.Second.IPv4} {Port} {Connections} 4 7");
        callee.Do($"served {lab.Second.IPv4} {Port} {Connections}");

        var (atClient, atServer) = (new Tally(), new Tally());
        atClient.CollectUntil(client, tally => tally.Sum(Protocols.Tcp).ConnectionsClosed == Connections);
        atServer.CollectUntil(server, tally => tally.Sum(Protocols.Tcp).ConnectionsClosed == Connections);
        var after = Interface("tx");
        const int ethernetHeader = 14;
        var packets = after.Packets - before.Packets;
        var bytes = after.Bytes - before.Bytes - packets * ethernetHeader;
        var sent = atClient.Sum(_ => true);
        var received = atServer.Sum(_ => true);
        Assert.InRange((double)(sent.PayloadOut + sent.HeaderOut) / bytes, 0.999, 1.001);
        Assert.InRange((double)(received.PayloadIn + received.HeaderIn) / bytes, 0.999, 1.001);
        Assert.InRange((double)sent.PacketsOut / packets, 0.99, 1.01);
        Assert.True(sent.SrttCount >= Connections);

        (long Packets, long Bytes) Interface(string direction) => (Statistic($"{direction}_packets"), Statistic($"{direction}_bytes"));

        long Statistic(string statistic) => long.Parse(
            Shell.Run($"ip netns exec {lab.First.Namespace} cat /sys/class/net/eth0/statistics/{statistic}"), CultureInfo.InvariantCulture);
    }

    [Fact]
    public void With_udp_off_no_program_sees_a_packet_and_tcp_is_still_exact()
    {
        var client = lab.Capture(lab.OptionsFor(lab.First) with { Udp = false });
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"udp-serve {lab.Second.IPv4} 7001");
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port}");

        caller.Do($"udp-call {lab.Second.IPv4} 7001 10 8");
        var called = caller.Do($"tcp-call {lab.Second.IPv4} {Port} 10 1 9");

        Assert.DoesNotContain(System.IO.Directory.EnumerateFiles(lab.BpfPath, "link_packet_*", SearchOption.AllDirectories), _ => true);
        var tally = AssertExact(client, called, new Expected(lab.First, FlowRole.Client, lab.First.IPv4, lab.Second.IPv4, 10));
        Assert.DoesNotContain(tally.Entries, entry => entry.Key.Protocol != Protocols.Tcp);
    }

    [Fact]
    public void A_socket_that_disconnects_and_connects_again_is_two_connections()
    {
        var (client, server) = (lab.Capture(lab.OptionsFor(lab.First)), lab.Capture(lab.OptionsFor(lab.Second)));
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port}");

        var called = caller.Do($"tcp-reconnect {lab.Second.IPv4} {Port} 3000 5000");
        var served = callee.Do($"served {lab.Second.IPv4} {Port} 2");

        AssertExact(client, called, new Expected(lab.First, FlowRole.Client, lab.First.IPv4, lab.Second.IPv4, 2));
        AssertExact(server, served, new Expected(lab.Second, FlowRole.Server, lab.Second.IPv4, lab.First.IPv4, 2));
    }

    private sealed record Expected(LabNode Node, FlowRole Role, IPAddress Local, IPAddress Remote, int Connections);

    private static Tally AssertExact(FlowCapture capture, AppBytes application, Expected expected, Tally? tally = null)
    {
        tally ??= new Tally();
        tally.CollectUntil(capture, tally => tally.Sum(Protocols.Tcp).ConnectionsClosed == expected.Connections);
        var sum = tally.Sum(Protocols.Tcp);
        Assert.Equal((expected.Connections, expected.Connections), (sum.ConnectionsOpened, sum.ConnectionsClosed));
        Assert.Equal(application, tally.Payload(Protocols.Tcp));
        foreach (var key in tally.Entries.Select(entry => entry.Key).Where(key => key.Protocol == Protocols.Tcp))
        {
            Assert.Equal((expected.Role, expected.Local, expected.Remote, Port), (key.Role, key.Local.ToIPAddress(), key.Remote.ToIPAddress(), key.ServerPort));
            Assert.Equal(CgroupFileSystem.IdOf(expected.Node.PodCgroup), key.Cgroup);
        }
        var losses = capture.Losses;
        Assert.Equal((0, 0, 0, 0), (losses.Untagged, losses.ClosesFolded, losses.StorageFailed, losses.RecursionMisses));
        return tally;
    }
}
