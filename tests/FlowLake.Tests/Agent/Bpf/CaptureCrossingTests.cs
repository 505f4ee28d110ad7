using FlowLake.Agent.Bpf;
using Xunit;

namespace FlowLake.Tests.Agent.Bpf;

/// <summary>Connects that cross on their way: both ends called connect, and neither a listener (RFC 9293, 3.5, simultaneous open).</summary>
[Collection(nameof(KernelLab))]
public sealed class CaptureCrossingTests : IDisposable
{
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(1);

    private readonly KernelLab lab = new();

    public void Dispose() => lab.Dispose();

    [Theory]
    [InlineData(7101, 7102, FlowRole.Server)]
    [InlineData(7104, 7103, FlowRole.Client)]
    [InlineData(7105, 7105, FlowRole.Server)] // and the lower address
    public async Task Each_end_of_connects_that_cross_is_counted_once_and_both_agree_who_is_the_server(int firstPort, int secondPort, FlowRole firstRole)
    {
        var (first, second) = (lab.Capture(lab.OptionsFor(lab.First)), lab.Capture(lab.OptionsFor(lab.Second)));
        // While neither end knows the other's link address each SYN waits in its sender's queue, so they cross for certain.
        foreach (var node in new[] { lab.First, lab.Second })
        {
            node.Set("net.ipv4.conf.eth0.arp_ignore", "8"); // answers nobody
            node.Set("net.ipv4.neigh.eth0.mcast_solicit", "1000"); // asks on and on
        }

        var calls = new[]
        {
            lab.PodOn(lab.First).DoAsync($"tcp-cross {lab.First.IPv4} {firstPort} {lab.Second.IPv4} {secondPort} 700 5000"),
            lab.PodOn(lab.Second).DoAsync($"tcp-cross {lab.Second.IPv4} {secondPort} {lab.First.IPv4} {firstPort} 5000 700"),
        };
        await UntilCallingAsync(lab.First);
        await UntilCallingAsync(lab.Second);
        Introduce(lab.First, lab.Second);
        Introduce(lab.Second, lab.First);
        var moved = await Task.WhenAll(calls);

        Assert.Equal([new AppBytes(700, 5000), new AppBytes(5000, 700)], moved);
        var serverPort = firstRole == FlowRole.Server ? firstPort : secondPort;
        AssertOne(first, (firstRole, serverPort, FlowAddress.From(lab.Second.IPv4)), moved[0]);
        AssertOne(second, (firstRole == FlowRole.Server ? FlowRole.Client : FlowRole.Server, serverPort, FlowAddress.From(lab.First.IPv4)), moved[1]);
    }

    private static void AssertOne(FlowCapture capture, (FlowRole, int, FlowAddress) expected, AppBytes application)
    {
        var tally = new Tally();
        tally.CollectUntil(capture, tally => tally.Sum(Protocols.Tcp).ConnectionsClosed > 0);
        tally.Collect(capture); // Once more: a second count of the same end would be here.
        Assert.All(
            tally.Entries.Where(entry => entry.Key.Protocol == Protocols.Tcp),
            entry => Assert.Equal(expected, (entry.Key.Role, entry.Key.ServerPort, entry.Key.Remote)));
        var sum = tally.Sum(Protocols.Tcp);
        Assert.Equal((1, 1, 0), (sum.ConnectionsOpened, sum.ConnectionsClosed, sum.ConnectionsFailed));
        Assert.Equal(application, tally.Payload(Protocols.Tcp));
        Assert.Equal((0, 0), (capture.Losses.Untagged, capture.Losses.RecursionMisses));
    }

    private static async Task UntilCallingAsync(LabNode node)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (Shell.Run($"ip netns exec {node.Namespace} ss -tnH state syn-sent").Length == 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < patience, $"{node.Namespace} does not call");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Tells one node the link address of the other, which lets go what waits for it.</summary>
    private static void Introduce(LabNode node, LabNode other) =>
        Shell.Run($"ip -n {node.Namespace} neigh replace {other.IPv4} dev eth0 lladdr $(ip netns exec {other.Namespace} cat /sys/class/net/eth0/address) nud permanent");
}
