using FlowLake.Agent.Bpf;
using FlowLake.Agent.Windows;
using FlowLake.Schemas.Cluster;
using FlowLake.Schemas.Flows;
using FlowLake.Tests.Agent.Bpf;
using FlowLake.Tests.Agent.Directory;
using Xunit;
using Row = (bool IsPrimary, string? Client, string? Server, int? ServerPort, int? ServicePort, FlowLake.Tests.Agent.Bpf.AppBytes Payload);

namespace FlowLake.Tests.Agent.Windows;

/// <summary>Real connections whose addresses the kernel changes on their way: what both ends count, and what it is named.</summary>
[Collection(nameof(KernelLab))]
public sealed class TranslatedTrafficTests : IDisposable
{
    private const int Connections = 20;
    private const int Mark = 1337;
    private const string ClusterIP = "10.96.0.10";
    private const string NodeAddress = "10.77.0.9";

    private static readonly FlowWindow window = new(Rows.Start, Rows.Start.AddSeconds(60));

    private static readonly ClusterDocument cluster = new()
    {
        Nodes = [new ClusterNode { Name = "first", Addresses = [NodeAddress] }, new ClusterNode { Name = "second", Addresses = ["10.77.0.10"] }],
        Pods = [Clusters.Pod("client", "first", "10.77.0.1"), Clusters.Pod("server", "second", "10.77.0.2")],
        Services = [new ClusterService { Namespace = "app", Name = "web", Addresses = [ClusterIP], Ports = [new(80, 7000)], Endpoints = ["10.77.0.2"] }],
    };

    private readonly KernelLab lab = new();

    public void Dispose() => lab.Dispose();

    [Fact]
    public void A_ClusterIP_is_the_clients_server_and_the_servers_row_counts()
    {
        Shell.Run($"ip -n {lab.First.Namespace} route add 10.96.0.0/16 dev eth0");
        Translate(lab.First, $"type nat hook output priority -100; ip daddr {ClusterIP} tcp dport 80 dnat to {lab.Second.IPv4}:7000");

        var (client, server, truth) = Move($"{ClusterIP} 80");

        Assert.Equal([(false, "client-1", "web", (int?)7000, (int?)80, truth)], client);
        Assert.Equal([(true, "client-1", "server-1", (int?)7000, (int?)80, truth)], server);
    }

    [Fact]
    public void Behind_SNAT_the_row_that_counts_names_the_node()
    {
        Shell.Run($"ip -n {lab.First.Namespace} addr add {NodeAddress}/24 dev eth0");
        Translate(lab.First, $"type nat hook postrouting priority 100; ip saddr {lab.First.IPv4} tcp dport 7000 snat to {NodeAddress}");

        var (client, server, truth) = Move($"{lab.Second.IPv4} 7000");

        Assert.Equal([(false, "client-1", "server-1", (int?)7000, (int?)80, truth)], client);
        Assert.Equal([(true, "first", "server-1", (int?)7000, (int?)80, truth)], server);
    }

    [Fact]
    public void A_sidecar_at_the_client_makes_its_row_twice_the_bytes_and_the_servers_counts_once()
    {
        Translate(lab.First, $"type nat hook output priority -100; ip daddr {lab.Second.IPv4} tcp dport 7000 meta mark != {Mark} redirect to :15001");
        lab.PodOn(lab.First).Do($"tcp-relay 127.0.0.1 15001 {lab.Second.IPv4} 7000 {Mark}");

        var (client, server, truth) = Move($"{lab.Second.IPv4} 7000");

        Assert.Equal([(false, "client-1", "server-1", (int?)7000, (int?)80, new AppBytes(2 * truth.Sent, 2 * truth.Received))], client);
        Assert.Equal([(true, "client-1", "server-1", (int?)7000, (int?)80, truth)], server);
    }

    [Fact]
    public void A_sidecar_at_the_server_is_named_by_its_own_port()
    {
        Translate(lab.Second, "type nat hook prerouting priority -100; tcp dport 7000 redirect to :15006");
        lab.PodOn(lab.Second).Do($"tcp-relay {lab.Second.IPv4} 15006 {lab.Second.IPv4} 7000 {Mark}");

        var (client, server, truth) = Move($"{lab.Second.IPv4} 7000");

        Assert.Equal([(false, "client-1", "server-1", (int?)7000, (int?)80, truth)], client);
        Assert.Equal([(true, "client-1", "server-1", (int?)15006, null, truth)], server);
    }

    private static void Translate(LabNode node, string chain) => Shell.Run($"ip netns exec {node.Namespace} nft 'table ip lab {{ chain translate {{ {chain}; }}; }}'");

    /// <summary>Calls the address; the rows at both ends as (is primary, client, server, port, Service's port, payload), and what the applications moved.</summary>
    private (Row[] Client, Row[] Server, AppBytes Truth) Move(string address)
    {
        var (atClient, atServer) = (lab.Capture(lab.OptionsFor(lab.First)), lab.Capture(lab.OptionsFor(lab.Second)));
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"tcp-serve {lab.Second.IPv4} 7000");

        var truth = caller.Do($"tcp-orderly {address} {Connections} 4 1");

        Assert.Equal(truth, callee.Do($"served {lab.Second.IPv4} 7000 {Connections}") is var served ? new AppBytes(served.Received, served.Sent) : default);
        return (RowsOf(atClient, "first"), RowsOf(atServer, "second"), truth);
    }

    private static Row[] RowsOf(FlowCapture capture, string node)
    {
        var tally = new Tally();
        tally.CollectUntil(capture, all => all.Sum(FlowProtocol.Tcp) is { ConnectionsClosed: >= Connections } sum && sum.ConnectionsClosed == sum.ConnectionsOpened);
        var directory = Clusters.Directory(cluster, node);
        var content = NamedFlows.Name(directory, window, tally.Entries.Where(entry => entry.Key.Protocol == FlowProtocol.Tcp));
        return [.. content.Rows.Select(row => (row.IsPrimary, NameOf(row.Client), NameOf(row.Server), row.ServerPort, row.ServicePort, new AppBytes(row.PayloadToServer, row.PayloadToClient)))];
    }

    private static string? NameOf(FlowEnd end) => end.Pod ?? end.Node ?? end.Service ?? end.Ip;
}
