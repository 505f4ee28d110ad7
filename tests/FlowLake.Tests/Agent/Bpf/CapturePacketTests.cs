using FlowLake.Agent.Bpf;
using Xunit;

namespace FlowLake.Tests.Agent.Bpf;

/// <summary>What is counted packet by packet: UDP to the byte, and protocols without ports.</summary>
[Collection(nameof(KernelLab))]
public sealed class CapturePacketTests : IDisposable
{
    private const int Port = 7000;

    private readonly KernelLab lab = new();

    public void Dispose() => lab.Dispose();

    [Theory]
    [InlineData("10.77.0.2", "10.77.0.2")]
    [InlineData("fd77::2", "fd77::2")]
    [InlineData("::", "10.77.0.2")]
    public void Udp_is_counted_to_the_byte_at_both_ends_fragments_too(string bind, string call)
    {
        const int datagrams = 400;
        var (client, server) = (lab.Capture(lab.OptionsFor(lab.First)), lab.Capture(lab.OptionsFor(lab.Second)));
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"udp-serve {bind} {Port}");

        var called = caller.Do($"udp-call {call} {Port} {datagrams} 4");
        var served = callee.Do($"served {bind} {Port} {datagrams}");

        var (atClient, atServer) = (new Tally(), new Tally());
        atClient.Collect(client);
        atServer.Collect(server);
        Assert.Equal(called, atClient.Payload(Protocols.Udp));
        Assert.Equal(served, atServer.Payload(Protocols.Udp));
        Assert.Equal(datagrams, atClient.Sum(Protocols.Udp).PacketsOut);
        var key = Assert.Single(atClient.Entries, entry => entry.Key.Protocol == Protocols.Udp).Key;
        Assert.Equal((FlowRole.Client, (ushort)Port), (key.Role, key.ServerPort));
        key = Assert.Single(atServer.Entries, entry => entry.Key.Protocol == Protocols.Udp).Key;
        Assert.Equal((FlowRole.Server, (ushort)Port), (key.Role, key.ServerPort));
    }

    [Theory]
    [InlineData("10.77.0.2", 20)]
    [InlineData("fd77::2", 40)]
    public void A_datagram_the_kernel_cuts_into_segments_has_a_header_for_each(string address, int ipHeader)
    {
        const int datagrams = 20;
        const int segments = 8;
        const int udpHeader = 8;
        var (client, server) = (lab.Capture(lab.OptionsFor(lab.First)), lab.Capture(lab.OptionsFor(lab.Second)));
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"udp-serve {address} {Port}");

        var called = caller.Do($"udp-segments {address} {Port} {datagrams} {segments} 1000");
        var served = callee.Do($"served {address} {Port} {datagrams * segments}");

        var (atClient, atServer) = (new Tally(), new Tally());
        atClient.Collect(client);
        atServer.Collect(server);
        Assert.Equal(called, atClient.Payload(Protocols.Udp));
        Assert.Equal(served, atServer.Payload(Protocols.Udp));
        var sum = atClient.Sum(Protocols.Udp);
        Assert.Equal((datagrams * segments, datagrams * segments * (ipHeader + udpHeader)), (sum.PacketsOut, sum.HeaderOut));
        Assert.Equal(datagrams * segments, atServer.Sum(Protocols.Udp).PacketsIn);
    }

    [Fact]
    public void Extension_headers_of_IPv6_are_headers()
    {
        const int headers = 40 + 8 + 8; // IPv6, destination options, UDP
        var (client, server) = (lab.Capture(lab.OptionsFor(lab.First)), lab.Capture(lab.OptionsFor(lab.Second)));
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"udp-serve {lab.Second.IPv6} {Port}");

        var called = caller.Do($"udp-options {lab.Second.IPv6} {Port} 100");

        var (atClient, atServer) = (new Tally(), new Tally());
        atClient.Collect(client);
        atServer.Collect(server);
        Assert.Equal(called, atClient.Payload(Protocols.Udp));
        Assert.Equal(headers, atClient.Sum(Protocols.Udp).HeaderOut);
        Assert.Equal(headers, atServer.Sum(Protocols.Udp).HeaderIn);
        Assert.Equal(Port, Assert.Single(atServer.Entries, entry => entry.Key.Protocol == Protocols.Udp).Key.ServerPort);
    }

    [Fact]
    public void A_protocol_without_ports_is_counted_under_port_zero()
    {
        var (client, server) = (lab.Capture(lab.OptionsFor(lab.First)), lab.Capture(lab.OptionsFor(lab.Second)));
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"raw-serve {lab.Second.IPv4} {Protocols.Icmp}");

        var called = caller.Do($"raw-send {lab.Second.IPv4} {Protocols.Icmp} 3 100");

        var (atClient, atServer) = (new Tally(), new Tally());
        atClient.Collect(client);
        atServer.CollectUntil(server, tally => tally.Sum(Protocols.Icmp).PacketsIn == 3);
        Assert.Equal(called, atClient.Payload(Protocols.Icmp));
        Assert.Equal(called.Sent, atServer.Payload(Protocols.Icmp).Received);
        Assert.Equal(3 * 20, atClient.Sum(Protocols.Icmp).HeaderOut);
        // The lower address is the server, as no port says otherwise.
        var key = Assert.Single(atClient.Entries, entry => entry.Key.Protocol == Protocols.Icmp).Key;
        Assert.Equal((FlowRole.Server, (ushort)0), (key.Role, key.ServerPort));
    }
}
