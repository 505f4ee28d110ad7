using FlowLake.Agent.Bpf;
using FlowLake.Agent.Directory;
using FlowLake.Agent.Windows;
using FlowLake.Schemas.Cluster;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Flows;
using FlowLake.Tests.Agent.Directory;
using Xunit;
using static FlowLake.Tests.Agent.Windows.NamedFlows;

namespace FlowLake.Tests.Agent.Windows;

public sealed class WindowContentTests
{
    private const byte Tcp = FlowProtocol.Tcp;

    private static readonly FlowWindow window = new(Rows.Start, Rows.Start.AddSeconds(60));

    private string localNode = "node-a";
    private ClusterDocument document = Clusters.Two;
    private Func<string, bool> runsAgent = _ => true;
    private int rowsMax = 100;

    private WindowContent Content(params FlowEntry[] flows) => Content(new CaptureDrain { PinSetId = Guid.Empty, Epoch = 1, Flows = flows, Losses = new CaptureLosses() });

    private WindowContent Content(CaptureDrain drain) => WindowContent.Of(
        drain, window, new ObserverPlace(localNode, "zone", "region", "cluster"), Clusters.Directory(document, localNode), new CgroupIndex("/nowhere", () => []), runsAgent, rowsMax);

    private FlowRecord Row(FlowEntry flow) => Assert.Single(Content(flow).Rows);

    [Fact]
    public void Out_and_in_become_to_server_and_to_client_by_role()
    {
        var counters = new FlowCounters { PayloadOut = 1, PayloadIn = 2, HeaderOut = 3, HeaderIn = 4, PacketsOut = 5, PacketsIn = 6, ConnectionsOpened = 7 };

        var client = Row(Flow("10.1.0.5", "10.2.0.5", FlowRole.Client, 8080, counters));
        localNode = "node-b";
        var server = Row(Flow("10.2.0.5", "10.1.0.5", FlowRole.Server, 8080, counters));

        Assert.Equal((1, 2, 3, 4, 5, 6, 7), (client.PayloadToServer, client.PayloadToClient, client.HeaderBytesToServer, client.HeaderBytesToClient, client.PacketsToServer, client.PacketsToClient, client.ConnectionsOpened));
        Assert.Equal((2, 1, 4, 3, 6, 5, 7), (server.PayloadToServer, server.PayloadToClient, server.HeaderBytesToServer, server.HeaderBytesToClient, server.PacketsToServer, server.PacketsToClient, server.ConnectionsOpened));
        Assert.Equal((FlowObserver.Client, FlowObserver.Server), (client.Observer, server.Observer));
    }

    [Fact]
    public void Both_observers_name_and_place_both_ends_alike()
    {
        var client = Row(Flow("10.1.0.5", "10.2.0.5", FlowRole.Client, 8080));
        localNode = "node-b";
        var server = Row(Flow("10.2.0.5", "10.1.0.5", FlowRole.Server, 8080));

        Assert.Equal(client.Client, server.Client);
        Assert.Equal(client.Server, server.Server);
        Assert.Equal((client.ServerPort, client.ServicePort), (server.ServerPort, server.ServicePort));
        Assert.Equal(
            new FlowEnd { Kind = EndKind.Pod, Ip = "10.2.0.5", Namespace = "app", Pod = "server-1", WorkloadKind = "Deployment", Workload = "server", Service = "web", Node = "node-b", Zone = "zone-b", ZoneId = "az2" },
            server.Server);
        Assert.Equal(((int?)8080, (int?)80), (server.ServerPort, server.ServicePort));
        Assert.Equal((false, true), (client.IsPrimary, server.IsPrimary));
    }

    [Fact]
    public void A_client_of_a_Service_gets_both_ports_so_that_the_rows_meet()
    {
        var row = Row(Flow("10.1.0.5", "10.96.0.10", FlowRole.Client, 80));

        Assert.Equal(((int?)8080, (int?)80), (row.ServerPort, row.ServicePort));
        Assert.Equal(new FlowEnd { Kind = EndKind.Service, Ip = "10.96.0.10", Namespace = "app", Service = "web" }, row.Server);
        Assert.False(row.IsPrimary);
    }

    [Fact]
    public void A_Service_partly_observed_makes_a_primary_row_and_a_coverage_row()
    {
        runsAgent = node => node == "node-a";

        var content = Content(Flow("10.1.0.5", "10.96.0.10", FlowRole.Client, 80, new FlowCounters { PayloadOut = 10, HeaderIn = 5 }));

        Assert.True(Assert.Single(content.Rows).IsPrimary);
        Assert.Contains(new Loss(CoverageReason.ServiceMixed, "bytes", 15), content.Losses);
    }

    [Theory]
    [InlineData("203.0.113.9", EndKind.External)]
    [InlineData("2001:db8::9", EndKind.External)]
    [InlineData("10.50.0.1", EndKind.Unknown)]
    [InlineData("fd00::9", EndKind.Unknown)]
    [InlineData("10.2.0.200", EndKind.Node)]
    [InlineData("192.168.0.2", EndKind.Node)]
    public void A_remote_end_is_what_is_known_of_its_address(string remote, EndKind kind)
    {
        var content = Content(Flow("10.1.0.5", remote, FlowRole.Client, 443));

        var row = Assert.Single(content.Rows);
        Assert.Equal((kind, remote), (row.Server.Kind, row.Server.Ip));
        Assert.Equal(kind == EndKind.Node, !row.IsPrimary);
        Assert.Equal(kind == EndKind.Unknown ? 1 : 0, content.Losses.Single(loss => loss.Reason == CoverageReason.UnknownEnd).Amount);
    }

    [Fact]
    public void A_dual_stack_socket_gives_dotted_addresses() => Assert.Equal("10.1.0.5", Row(Flow("::ffff:10.1.0.5", "10.2.0.5", FlowRole.Client, 8080)).Client.Ip);

    [Fact]
    public void A_local_end_nobody_knows_is_the_node_itself()
    {
        var row = Row(Flow("10.50.0.1", "10.2.0.5", FlowRole.Client, 8080));

        Assert.Equal((EndKind.Node, "node-a", "zone-a"), (row.Client.Kind, row.Client.Node, row.Client.Zone));
    }

    [Fact]
    public void A_flow_whose_detail_the_kernel_folded_keeps_its_counts()
    {
        var row = Row(Flow("", "", FlowRole.Server, 0, new FlowCounters { PayloadIn = 9 }));

        Assert.Equal((9, null, null, EndKind.Unknown, true), (row.PayloadToServer, row.Client.Ip, row.ServerPort, row.Client.Kind, row.IsPrimary));
    }

    [Fact]
    public void Round_trips_are_bounds_where_there_is_a_sample_and_null_where_not()
    {
        var sampled = Row(Flow("10.1.0.5", "10.2.0.5", FlowRole.Client, 8080, new FlowCounters { SrttCount = 2, SrttMicrosecondsSum = 1101, SrttMicrosecondsMin = 101, SrttMicrosecondsMax = 1000 }));
        var none = Row(Flow("10.1.0.5", "10.2.0.5", FlowRole.Client, 8080));

        Assert.Equal(((long?)96, (long?)1024, 1104, 2), (sampled.SrttUsMin, sampled.SrttUsMax, sampled.SrttUsSum, sampled.SrttCount));
        Assert.Equal(((long?)null, (long?)null), (none.SrttUsMin, none.SrttUsMax));
    }

    [Theory]
    [InlineData(FlowProtocol.Tcp, true)]
    [InlineData(FlowProtocol.Udp, false)]
    public void Header_bytes_of_TCP_are_estimated(byte protocol, bool estimated) =>
        Assert.Equal(estimated, Row(Flow("10.1.0.5", "10.2.0.5", FlowRole.Client, 8080, protocol: protocol)).Estimated);

    [Fact]
    public void Two_cgroups_of_one_pod_are_one_row_and_rows_over_the_cap_are_folded()
    {
        var twice = Content(Flow("10.1.0.5", "10.2.0.5", FlowRole.Client, 8080, new FlowCounters { PayloadOut = 1 }), Flow("10.1.0.5", "10.2.0.5", FlowRole.Client, 8080, new FlowCounters { PayloadOut = 2 }));
        Assert.Equal(3, Assert.Single(twice.Rows).PayloadToServer);
        rowsMax = 1;

        var capped = Content([.. Enumerable.Range(1, 9).Select(port => Flow("10.1.0.5", "10.2.0.5", FlowRole.Client, (ushort)port, new FlowCounters { PayloadOut = port }))]);

        Assert.Equal([9, 36], capped.Rows.Select(row => row.PayloadToServer));
        Assert.Contains(new Loss(CoverageReason.Folded, "flows", 8), capped.Losses);
    }

    [Fact]
    public void Coverage_says_that_the_window_was_observed_also_without_flows()
    {
        var coverage = Content().Coverage(new ObserverPlace("node-a", "zone-a", "r", "c"), Guid.Empty, [new Loss(CoverageReason.AgentAbsent, "seconds", 7), new Loss(CoverageReason.Lost, "bytes", 0)]);

        Assert.Equal([(CoverageReason.Observed, 0L), (CoverageReason.AgentAbsent, 7L)], coverage.Select(row => (row.Reason, row.Amount)).OrderByDescending(row => row.Reason));
        Assert.All(coverage, row => Assert.Equal((window.Start, 60, "zone-a", "c", "node-a"), (row.WindowStart, row.WindowSeconds, row.Zone, row.Cluster, row.Node)));
    }
}
