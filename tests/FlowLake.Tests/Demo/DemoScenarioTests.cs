using System.Net;
using FlowLake.Demo.Machine;
using FlowLake.Demo.Scenario;
using FlowLake.Schemas.Cluster;
using Xunit;

namespace FlowLake.Tests.Demo;

public class DemoScenarioTests
{
    private static readonly DemoTopology Topology = DemoTopology.Default;

    [Fact]
    public void Six_servers_and_ten_clients_are_spread_over_three_zones()
    {
        Assert.Equal(["eu-west-1a", "eu-west-1b", "eu-west-1c"], Topology.Nodes.Select(node => node.Zone));
        Assert.Equal([2, 2, 2], Topology.Nodes.Select(node => Topology.Servers.Count(pod => pod.Node == node)));
        Assert.Equal([4, 3, 3], Topology.Nodes.Select(node => Topology.Clients.Count(pod => pod.Node == node)));
    }

    [Fact]
    public void Names_and_addresses_are_unique_and_lie_in_their_nodes_ranges()
    {
        Assert.Equal(48, Topology.Pods.SelectMany(pod => new[] { pod.Name, pod.Ipv4, pod.Ipv6 }).Distinct().Count());
        Assert.All(Topology.Pods, pod =>
        {
            Assert.True(IPNetwork.Parse(pod.Node.PodCidrIpv4).Contains(IPAddress.Parse(pod.Ipv4)));
            Assert.True(IPNetwork.Parse(pod.Node.PodCidrIpv6).Contains(IPAddress.Parse(pod.Ipv6)));
        });
    }

    [Fact]
    public void The_bulk_pair_crosses_zones_and_the_ipv6_client_calls_by_ipv6()
    {
        Assert.NotEqual(Topology.BulkPair.Client.Node, Topology.BulkPair.Server.Node);
        Assert.True(Topology.ListensOnIpv6(Topology.Ipv6Server));
        Assert.All(PodDocuments.ForClient(Topology, Topology.Ipv6Client, 1, "").Pods, target => Assert.Equal(Topology.Ipv6Server.Ipv6, IPEndPoint.Parse(target.EndPoint).Address.ToString()));
    }

    [Fact]
    public void The_agents_read_the_cluster_back_as_it_was_written()
    {
        var written = ClusterFile.Of(Topology, "flowlake-demo");
        var read = ClusterDocument.Parse(written.ToJson());

        Assert.Equal(written.ToJson(), read.ToJson());
        Assert.Equal("flowlake-demo/node-b/server-2", read.Pods.Single(pod => pod.Name == "server-2").Cgroup);
        Assert.Equal(8, Assert.Single(read.Services).Endpoints.Length);
    }

    [Fact]
    public void The_service_leads_ipv6_only_to_servers_that_listen_on_it()
    {
        string rules = ServiceRules.Of(Topology, "demo");

        Assert.All(Topology.Servers, server => Assert.Contains(server.Ipv4, rules, StringComparison.Ordinal));
        Assert.All(Topology.Servers, server => Assert.Equal(Topology.ListensOnIpv6(server), rules.Contains(server.Ipv6, StringComparison.Ordinal)));
    }
}
