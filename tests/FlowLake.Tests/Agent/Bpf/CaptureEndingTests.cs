using System.Globalization;
using System.Net.Sockets;
using FlowLake.Agent.Bpf;
using Xunit;

namespace FlowLake.Tests.Agent.Bpf;

/// <summary>Unusual ways in and out of a connection: each ends in exactly one final count.</summary>
[Collection(nameof(KernelLab))]
public sealed class CaptureEndingTests : IDisposable
{
    private const int Port = 7000;

    private readonly KernelLab lab = new();

    private readonly FlowCapture client;
    private readonly FlowCapture server;
    private readonly TrafficPod caller;
    private readonly TrafficPod callee;

    public CaptureEndingTests()
    {
        (client, server) = (lab.Capture(lab.OptionsFor(lab.First)), lab.Capture(lab.OptionsFor(lab.Second)));
        (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
    }

    public void Dispose() => lab.Dispose();

    [Fact]
    public void Bytes_in_the_syn_are_counted_once()
    {
        const string everybodyWithoutCookie = "1543"; // 0x607: client and server, without asking for the cookie or the listener's option
        foreach (var node in new[] { lab.First, lab.Second })
            node.Set("net.ipv4.tcp_fastopen", everybodyWithoutCookie);
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port}");

        var called = caller.Do($"tcp-fastopen {lab.Second.IPv4} {Port} 700 5000");
        var served = callee.Do($"served {lab.Second.IPv4} {Port} 1");

        Assert.Equal(1, Statistic(lab.Second, "TCPFastOpenPassive"));
        AssertOne(client, called);
        AssertOne(server, served);
    }

    [Fact]
    public void Subflows_of_multipath_tcp_are_connections()
    {
        callee.Do($"mptcp-serve {lab.Second.IPv4} {Port} 30000 50000");

        var called = caller.Do($"mptcp-call {lab.Second.IPv4} {Port} 30000 50000");

        Assert.Equal(1, Statistic(lab.Second, "MPCapableSYNRX"));
        AssertOne(client, called);
        AssertOne(server, new AppBytes(called.Received, called.Sent));
    }

    [Fact]
    public void A_killed_process_ends_its_connections()
    {
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port}");
        var called = caller.Do($"tcp-hold {lab.Second.IPv4} {Port} 5 1");

        caller.Kill();

        AssertEnded(client, 5, called);
        AssertEnded(server, 5, new AppBytes(called.Received, called.Sent));
    }

    [Fact]
    public void A_namespace_destroyed_with_live_connections_ends_them()
    {
        // The last words of its sockets find no way out any more; a kernel may repeat them for minutes.
        lab.First.Set("net.ipv4.tcp_orphan_retries", "1");
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port}");
        var called = caller.Do($"tcp-hold {lab.Second.IPv4} {Port} 5 1");

        Shell.Run($"ip -n {lab.First.Namespace} link set eth0 down");
        lab.First.RemoveNamespace();
        caller.Kill();

        var tally = Collected(client, 5);
        var payload = tally.Payload(Protocols.Tcp);
        Assert.Equal((5, 5), (tally.Sum(Protocols.Tcp).ConnectionsOpened, tally.Sum(Protocols.Tcp).ConnectionsClosed));
        Assert.Equal(called, payload);
    }

    [Fact]
    public void A_listener_closed_before_it_accepted_ends_what_waited()
    {
        callee.Do($"tcp-queue {lab.Second.IPv4} {Port}");
        var pushed = caller.Do($"tcp-push {lab.Second.IPv4} {Port} 1000");

        callee.Do($"tcp-unqueue {lab.Second.IPv4} {Port}");

        var (atClient, atServer) = (AssertOne(client, pushed), AssertOne(server, new AppBytes(0, pushed.Sent)));
        Assert.Equal((0, 1), (atClient.Sum(Protocols.Tcp).ResetsSent, atClient.Sum(Protocols.Tcp).ResetsReceived));
        Assert.Equal((1, 0), (atServer.Sum(Protocols.Tcp).ResetsSent, atServer.Sum(Protocols.Tcp).ResetsReceived));
    }

    [Fact]
    public void Resets_are_counted_at_both_ends_with_their_connection()
    {
        const int connections = 25; // of each five one is reset by the client, and one by the server
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port}");

        var called = caller.Do($"tcp-call {lab.Second.IPv4} {Port} {connections} 4 1");

        foreach (var (capture, bytes) in new[] { (client, called), (server, new AppBytes(called.Received, called.Sent)) })
        {
            var sum = AssertEnded(capture, connections, bytes).Sum(Protocols.Tcp);
            Assert.Equal((5, 5), (sum.ResetsSent, sum.ResetsReceived));
        }
    }

    [Fact]
    public async Task A_connect_that_fails_is_a_failed_connection_and_no_payload()
    {
        // Refused by a reset; nobody there, which the kernel learns from its neighbours; and never answered.
        lab.First.Set("net.ipv4.tcp_syn_retries", "1");
        lab.First.Set("net.ipv4.neigh.eth0.retrans_time_ms", "100");
        Shell.Run($"ip netns exec {lab.Second.Namespace} nft 'add table ip quiet; add chain ip quiet in {{ type filter hook input priority 0; }}; add rule ip quiet in tcp dport {Port + 2} drop'");
        await Task.WhenAll(
            caller.DoAsync($"tcp-fail {lab.Second.IPv4} {Port} {(int)SocketError.ConnectionRefused}"),
            lab.PodOn(lab.First).DoAsync($"tcp-fail 10.77.0.99 {Port + 1} {(int)SocketError.HostUnreachable}"),
            lab.PodOn(lab.First).DoAsync($"tcp-fail {lab.Second.IPv4} {Port + 2} {(int)SocketError.TimedOut}"));

        var tally = new Tally();
        tally.CollectUntil(client, tally => tally.Sum(Protocols.Tcp).ConnectionsFailed == 3);

        for (var port = Port; port <= Port + 2; port++)
        {
            var sum = tally.Sum(key => key.Protocol == Protocols.Tcp && key.ServerPort == port);
            Assert.Equal((1, 0, 0), (sum.ConnectionsFailed, sum.ConnectionsOpened, sum.ConnectionsClosed));
            Assert.Equal((0, 0, port == Port ? 1 : 0), (sum.PayloadOut, sum.PayloadIn, sum.ResetsReceived));
        }
    }

    private static Tally Collected(FlowCapture capture, int connections)
    {
        var tally = new Tally();
        tally.CollectUntil(capture, tally => tally.Sum(Protocols.Tcp).ConnectionsClosed >= connections);
        tally.Collect(capture); // Once more: a second count of the same end would be here.
        return tally;
    }

    private static Tally AssertOne(FlowCapture capture, AppBytes application) => AssertEnded(capture, 1, application);

    private static Tally AssertEnded(FlowCapture capture, int connections, AppBytes application)
    {
        var tally = Collected(capture, connections);
        var sum = tally.Sum(Protocols.Tcp);
        Assert.Equal((connections, connections, 0), (sum.ConnectionsOpened, sum.ConnectionsClosed, sum.ConnectionsFailed));
        Assert.Equal(application, tally.Payload(Protocols.Tcp));
        Assert.Equal((0, 0), (capture.Losses.Untagged, capture.Losses.RecursionMisses));
        return tally;
    }

    /// <summary>One of the kernel's own counts of a namespace: a line of names, then one of values.</summary>
    private static long Statistic(LabNode node, string name)
    {
        var lines = Shell.Run($"ip netns exec {node.Namespace} cat /proc/net/netstat").Split('\n');
        var names = lines.Single(line => line.Split(' ').Contains(name)).Split(' ');
        var values = lines[Array.FindIndex(lines, line => line.Split(' ').Contains(name)) + 1].Split(' ');
        return long.Parse(values[Array.IndexOf(names, name)], CultureInfo.InvariantCulture);
    }
}
