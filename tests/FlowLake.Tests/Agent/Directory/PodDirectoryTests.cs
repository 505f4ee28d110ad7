using FlowLake.Agent.Directory;
using FlowLake.Schemas.Cluster;
using Xunit;

namespace FlowLake.Tests.Agent.Directory;

public sealed class PodDirectoryTests
{
    private readonly PodDirectory directory = Clusters.Directory(Clusters.Two);

    private static DateTimeOffset At(int second) => DateTimeOffset.UnixEpoch.AddSeconds(second);

    private string? NameAt(string address, int from = 0, int to = 60) => directory.HolderOf(Clusters.Key(address), At(from), At(to)) switch
    {
        PodEntry pod => "pod " + pod.Name,
        NodeEntry node => "node " + node.Name,
        ServiceEntry service => "service " + service.Name,
        _ => null,
    };

    [Theory]
    [InlineData("10.1.0.5", "pod client-1")]
    [InlineData("::ffff:10.1.0.5", "pod client-1")]
    [InlineData("192.168.0.2", "node node-b")] // the host-network pod there is told apart by its cgroup alone
    [InlineData("10.96.0.10", "service web")]
    [InlineData("10.2.0.1", "node node-b")] // no pod, in the node's range: the bridge, or what the node forwards
    [InlineData("169.254.20.10", "node node-a")]
    [InlineData("fe80::1", "node node-a")]
    [InlineData("127.0.0.1", "node node-a")]
    [InlineData("203.0.113.9", null)]
    [InlineData("10.3.0.1", null)]
    public void An_address_is_its_holders(string address, string? name) => Assert.Equal(name, NameAt(address));

    [Fact]
    public void An_address_used_again_is_named_by_time()
    {
        var later = Clusters.Two with { Pods = [Clusters.Pod("batch", "node-a", "10.1.0.5")] };
        directory.Apply(DirectoryState.From(later), At(100));

        Assert.Equal("pod client-1", NameAt("10.1.0.5", 40, 100));
        Assert.Equal("pod batch-1", NameAt("10.1.0.5", 100, 160));
        Assert.Equal("pod batch-1", NameAt("10.1.0.5", 60, 120));
        Assert.Equal("pod server-1", NameAt("10.2.0.5", 60, 120)); // gone at 100, there for a part of the window
        Assert.Equal("node node-b", NameAt("10.2.0.5", 100, 160));
    }

    [Fact]
    public void Who_was_there_at_the_start_was_there_before() => Assert.Equal("pod client-1", NameAt("10.1.0.5", -3600, -3000));

    [Fact]
    public void Who_is_gone_is_forgotten_in_the_end()
    {
        var kept = (int)PodDirectory.Kept.TotalSeconds;
        directory.Apply(DirectoryState.From(Clusters.Two with { Pods = [], Services = [] }), At(100));
        directory.Apply(DirectoryState.From(Clusters.Two with { Pods = [], Services = [] }), At(99 + kept));
        Assert.Equal("pod client-1", NameAt("10.1.0.5", 50, 100));

        directory.Apply(DirectoryState.From(Clusters.Two with { Pods = [], Services = [] }), At(100 + kept));

        Assert.Equal("node node-a", NameAt("10.1.0.5", 50, 100));
    }

    [Fact]
    public void The_endpoints_of_a_Service_are_as_of_the_time_too()
    {
        var later = Clusters.Two with { Services = [Clusters.Two.Services[0] with { Endpoints = ["10.2.0.5"] }] };
        directory.Apply(DirectoryState.From(later), At(100));

        Assert.Equal("web", Assert.Single(directory.ServicesOf(Clusters.Key("10.1.0.6"), At(0), At(60))).Name);
        Assert.Empty(directory.ServicesOf(Clusters.Key("10.1.0.6"), At(100), At(160)));
        Assert.Equal(2, Assert.IsType<ServiceEntry>(directory.HolderOf(Clusters.Key("10.96.0.10"), At(0), At(60))).Endpoints.Length);
        Assert.Single(Assert.IsType<ServiceEntry>(directory.HolderOf(Clusters.Key("10.96.0.10"), At(100), At(160))).Endpoints);
    }

    [Fact]
    public void A_Service_with_an_address_of_its_own_comes_before_a_headless_one()
    {
        var document = Clusters.Two with
        {
            Services = [new ClusterService { Namespace = "app", Name = "all", Ports = [new(8080, 8080)], Endpoints = ["10.2.0.5"] }, .. Clusters.Two.Services],
        };

        var services = Clusters.Directory(document).ServicesOf(Clusters.Key("10.2.0.5"), At(0), At(60));

        Assert.Equal(["web", "all"], services.Select(service => service.Name));
    }

    [Fact]
    public void Everything_wrong_with_a_document_is_named()
    {
        var document = new ClusterDocument
        {
            Nodes = [new ClusterNode { Name = "n", Addresses = ["nowhere"], PodCidrs = ["10.0.0.0"] }],
            Pods = [Clusters.Pod("p", "missing", "10.0.0.1")],
            Services = [new ClusterService { Namespace = "app", Name = "s", Ports = [new(1, 1, "icmp")], Endpoints = ["x"] }],
        };

        var message = Assert.Throws<FormatException>(() => DirectoryState.From(document)).Message;

        Assert.All(["nowhere", "10.0.0.0", "missing", "icmp", "\"x\""], part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
