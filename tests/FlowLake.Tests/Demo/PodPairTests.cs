using FlowLake.Demo.Pod;
using FlowLake.Demo.Pod.Documents;
using Xunit;

namespace FlowLake.Tests.Demo;

/// <summary>One server and one client over loopback, in this process.</summary>
public class PodPairTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 6)];

    [Theory, MemberData(nameof(Seeds))]
    public async Task Both_ends_count_the_same_over_http_stream_and_datagrams(int seed)
    {
        var server = NewServer("127.0.0.1");
        string http = server.HttpEndPoints[0].ToString();
        var target = new CallTarget("server-1", http);

        var (client, served) = await ExchangeAsync(server, document => document with
        {
            Pods = [target],
            Services = [http],
            Datagrams = [new CallTarget("server-1", server.UdpEndPoints[0].ToString())],
            DatagramExchangesPerSecond = 50,
            Stream = target,
            StreamBytesPerSecond = 5_000_000,
            CallsPerSecond = 200,
            Seed = seed,
        });

        Assert.Equal((0, 0, 0), (client.Failed, client.DatagramsUnanswered, served.Failed));
        Assert.Equal(["server-1 tcp", "server-1 udp"], client.Peers.Select(peer => $"{peer.Peer} {peer.Protocol}"));
        Assert.Equal(["127.0.0.1 tcp", "127.0.0.1 udp"], served.Peers.Select(peer => $"{peer.Peer} {peer.Protocol}"));
        Assert.Equal(client.Peers.Select(peer => (peer.Sent, peer.Received)), served.Peers.Select(peer => (peer.Received, peer.Sent)));
        Assert.All(client.Peers, peer => Assert.True(peer is { Sent: > 0, Received: > 0 }));
    }

    [Fact]
    public async Task A_dual_stack_server_names_ipv4_peers_by_their_ipv4_address()
    {
        var server = NewServer("::", dualStack: true);
        int port = server.HttpEndPoints[0].Port;

        var (client, served) = await ExchangeAsync(server, document => document with
        {
            Pods = [new CallTarget("server-1", $"127.0.0.1:{port}"), new CallTarget("server-1", $"[::1]:{port}")],
            CallsPerSecond = 200,
        });

        Assert.Equal(["127.0.0.1", "::1"], served.Peers.Select(peer => peer.Peer));
        var all = Assert.Single(client.Peers);
        Assert.Equal((all.Sent, all.Received), (served.Peers.Sum(peer => peer.Received), served.Peers.Sum(peer => peer.Sent)));
    }

    [Fact]
    public async Task A_client_without_a_server_counts_failures_and_no_payload()
    {
        var server = NewServer("127.0.0.1");
        string gone = server.HttpEndPoints[0].ToString();
        using var at = new CancellationTokenSource();
        await at.CancelAsync();
        await server.RunAsync(at.Token);

        using var stop = new CancellationTokenSource();
        int failures = 0;
        var client = new PodClient(NewClient() with { Pods = [new CallTarget("server-1", gone)], CallsPerSecond = 200 }, TimeProvider.System, line =>
        {
            if (line.Contains("no answer", StringComparison.Ordinal) && ++failures == 5)
                stop.Cancel();
        });
        var counts = await client.RunAsync(stop.Token);

        Assert.Equal(5, counts.Failed);
        Assert.Empty(counts.Peers);
    }

    private static PodServer NewServer(string listen, bool dualStack = false)
    {
        var server = new PodServer(
            new ServerDocument { Pod = "server-1", Node = "node-a", Zone = "zone-a", Listen = [listen], DualStack = dualStack, HttpPort = 0, UdpPort = 0, CountsFile = "" },
            TimeProvider.System,
            _ => { });
        server.Open();
        return server;
    }

    private static ClientDocument NewClient() => new() { Pod = "client-1", Zone = "zone-b", Pods = [], CountsFile = "" };

    /// <summary>Lets the client work until it logged, which it does once a second, and stops the client first.</summary>
    private static async Task<(CountsDocument Client, CountsDocument Server)> ExchangeAsync(PodServer server, Func<ClientDocument, ClientDocument> change)
    {
        using var stopClient = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var stopServer = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var serving = server.RunAsync(stopServer.Token);
        var client = new PodClient(change(NewClient()), TimeProvider.System, line =>
        {
            if (line.Contains(" called ", StringComparison.Ordinal))
                stopClient.Cancel();
        });
        var clientCounts = await client.RunAsync(stopClient.Token);
        await stopServer.CancelAsync();
        var serverCounts = await serving;
        return (clientCounts, serverCounts);
    }
}
