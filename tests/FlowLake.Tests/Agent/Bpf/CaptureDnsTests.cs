using FlowLake.Agent.Bpf;
using Xunit;

namespace FlowLake.Tests.Agent.Bpf;

/// <summary>DNS as the kernel follows it, between a real client and a small server of ours.</summary>
[Collection(nameof(KernelLab))]
public sealed class CaptureDnsTests : IDisposable
{
    private const int Port = 53;
    private const int A = 1;
    private const int Aaaa = 28;

    private readonly KernelLab lab = new();

    public void Dispose() => lab.Dispose();

    private static IEnumerable<(FlowRole, string?, int?, int?, long, long)> Rows(Tally tally) => tally.Dns
        .GroupBy(entry => (entry.Role, entry.QueryName, entry.QueryType, entry.ResponseCode))
        .Select(same => (same.Key.Role, same.Key.QueryName, same.Key.QueryType, same.Key.ResponseCode, same.Sum(entry => entry.Queries), same.Sum(entry => entry.LatencyCount)))
        .OrderBy(row => row.QueryName, StringComparer.Ordinal);

    [Theory]
    [InlineData("10.77.0.2")]
    [InlineData("fd77::2")]
    public void Both_ends_see_names_types_codes_and_latencies_of_each_query_once(string address)
    {
        var (client, server) = (lab.Capture(lab.OptionsFor(lab.First)), lab.Capture(lab.OptionsFor(lab.Second)));
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"dns-serve {address} {Port}");

        caller.Do($"dns-ask {address} {Port} Web.APP.svc.cluster.local {A} 5");
        caller.Do($"dns-ask {address} {Port} code3.test {Aaaa} 3");
        caller.Do($"dns-ask {address} {Port} code13.test 999 2");
        caller.Do($"dns-ask {address} {Port} mute.test {A} 4");

        foreach (var (capture, role) in new[] { (client, FlowRole.Client), (server, FlowRole.Server) })
        {
            var tally = new Tally();
            // What nobody answers is counted after ten seconds.
            tally.CollectUntil(capture, collected => collected.Dns.Sum(entry => entry.Queries) >= 14);
            Assert.Equal(
            [
                (role, "code13.test", 999, 13, 2, 2),
                (role, "code3.test", Aaaa, 3, 3, 3),
                (role, "mute.test", A, null, 4, 0),
                (role, "web.app.svc.cluster.local", A, 0, 5, 5),
            ], Rows(tally));
            Assert.All(tally.Dns.Where(entry => entry.LatencyCount > 0), entry =>
            {
                Assert.InRange(entry.LatencyUsMin!.Value, 1, entry.LatencyUsMax!.Value);
                Assert.InRange(entry.LatencyUsSum, entry.LatencyUsMin.Value * entry.LatencyCount, entry.LatencyUsMax.Value * entry.LatencyCount);
                var (near, far) = role == FlowRole.Client ? (lab.First, lab.Second) : (lab.Second, lab.First);
                Assert.Contains($"{entry.Local}", new[] { $"{near.IPv4}", $"{near.IPv6}" });
                Assert.Contains($"{entry.Remote}", new[] { $"{far.IPv4}", $"{far.IPv6}" });
                Assert.Equal(CgroupFileSystem.IdOf(near.PodCgroup), entry.Cgroup);
            });
            Assert.Equal((0, 0, 0), (capture.Losses.DnsUnmatched, capture.Losses.DnsUnreadable, capture.Losses.DnsUnfollowed));
        }
    }

    [Fact]
    public void A_query_sent_again_ends_the_first_one_without_an_answer()
    {
        var client = lab.Capture(lab.OptionsFor(lab.First));
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"dns-serve 10.77.0.2 {Port}");

        caller.Do($"dns-repeat 10.77.0.2 {Port} mute.test {A} 3");

        var tally = new Tally();
        tally.Collect(client);
        // The third still waits.
        Assert.Equal([(FlowRole.Client, "mute.test", A, null, 2, 0)], Rows(tally));
    }

    [Fact]
    public void A_name_over_the_bound_is_cut_and_said_and_one_at_the_bound_is_whole()
    {
        var client = lab.Capture(lab.OptionsFor(lab.First));
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"dns-serve 10.77.0.2 {Port}");
        // On the wire a name takes two bytes more than its text: these take 128 and 129.
        var atBound = $"{new string('a', 62)}.{new string('b', 63)}";
        var overBound = $"{new string('a', 63)}.{new string('b', 63)}";

        caller.Do($"dns-ask 10.77.0.2 {Port} {atBound} {A} 1");
        caller.Do($"dns-ask 10.77.0.2 {Port} {overBound} {A} 2");

        var tally = new Tally();
        tally.Collect(client);
        Assert.Equal(
            [(FlowRole.Client, atBound, A, 0, 1, 1), (FlowRole.Client, overBound + DnsName.CutMark, null, 0, 2, 2)],
            Rows(tally));
        Assert.Equal(2, client.Losses.DnsNamesCut);
    }

    [Fact]
    public void What_is_no_query_is_counted_as_unreadable_and_is_in_no_row()
    {
        var client = lab.Capture(lab.OptionsFor(lab.First));
        lab.PodOn(lab.First).Do($"dns-babble 10.77.0.2 {Port} 40");

        var tally = new Tally();
        tally.Collect(client);
        Assert.Empty(tally.Dns);
        Assert.Equal(40, client.Losses.DnsUnreadable);
        Assert.Equal(40, tally.Sum(Protocols.Udp).PacketsOut);
    }

    [Fact]
    public void Switched_off_nothing_is_followed_and_udp_is_counted_all_the_same()
    {
        var client = lab.Capture(lab.OptionsFor(lab.First) with { Dns = false });
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"dns-serve 10.77.0.2 {Port}");

        caller.Do($"dns-ask 10.77.0.2 {Port} web.test {A} 5");

        var tally = new Tally();
        tally.Collect(client);
        Assert.Empty(tally.Dns);
        Assert.Equal(5, tally.Sum(Protocols.Udp).PacketsOut);
    }

    [Fact]
    public void A_full_map_loses_names_and_no_query()
    {
        const int names = 4_600; // Over the map's 4,096.
        var client = lab.Capture(lab.OptionsFor(lab.First));
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"dns-serve 10.77.0.2 {Port}");

        caller.Do($"dns-scatter 10.77.0.2 {Port} {names}");

        var tally = new Tally();
        tally.Collect(client);
        Assert.Equal(names, tally.Dns.Sum(entry => entry.Queries));
        Assert.Equal(names, tally.Dns.Sum(entry => entry.LatencyCount));
        Assert.Equal(names - 4_096, client.Losses.DnsFolded);
        Assert.Equal(names - 4_096, Assert.Single(tally.Dns, entry => entry.QueryName is null).Queries);
    }
}
