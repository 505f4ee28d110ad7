using FlowLake.Agent.Bpf;
using Xunit;

namespace FlowLake.Tests.Agent.Bpf;

/// <summary>What is not observed by decision is dropped in the kernel and counted by namespace; a decision that changes loses and doubles nothing.</summary>
[Collection(nameof(KernelLab))]
public sealed class CaptureScopeTests : IDisposable
{
    private const int Port = 7000;

    private static readonly Dictionary<ulong, string> nothing = [];

    private readonly KernelLab lab = new();
    private readonly ulong pod;

    public CaptureScopeTests() => pod = CgroupFileSystem.IdOf(lab.First.PodCgroup);

    private CaptureOptions Options => lab.OptionsFor(lab.First);

    private Dictionary<ulong, string> Pod => new() { [pod] = "quiet" };

    public void Dispose() => lab.Dispose();

    [Fact]
    public void An_excluded_pods_traffic_is_in_no_flow_and_counted_by_its_namespace()
    {
        var capture = lab.Capture(Options);
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port}");
        callee.Do($"udp-serve {lab.Second.IPv4} {Port + 1}");
        Assert.Equal(0, capture.Exclude(Pod));

        var tcp = caller.Do($"tcp-call {lab.Second.IPv4} {Port} 20 4 3");
        var udp = caller.Do($"udp-call {lab.Second.IPv4} {Port + 1} 30 5");

        Assert.True(SpinWait.SpinUntil(() => Excluded(capture)?.Connections == 20, TimeSpan.FromSeconds(30)));
        var excluded = Excluded(capture)!;
        Assert.Equal(tcp.Sent + tcp.Received + udp.Sent + udp.Received, excluded.Bytes);
        Assert.True(excluded.Packets >= 30);
        Assert.Empty(capture.Drain().Flows);
    }

    [Fact]
    public async Task A_decision_that_changes_while_a_connection_lives_leaves_every_byte_on_one_side()
    {
        var capture = lab.Capture(Options);
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port}");

        var streaming = caller.DoAsync($"tcp-stream {lab.Second.IPv4} {Port} 3000 1");
        for (var change = 0; !streaming.IsCompleted; change++)
        {
            capture.Exclude(change % 2 == 0 ? Pod : nothing);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        var streamed = await streaming;
        capture.Exclude(nothing);
        var tally = new Tally();
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                tally.Collect(capture);
                return tally.Sum(Protocols.Tcp).ConnectionsClosed + Excluded(capture)!.Connections == 1;
            },
            TimeSpan.FromSeconds(30)));
        var observed = tally.Payload(Protocols.Tcp);
        Assert.True(observed.Sent > 0 && Excluded(capture)!.Bytes > 0, "both decisions had their time");
        Assert.Equal(streamed.Sent + streamed.Received, observed.Sent + observed.Received + Excluded(capture)!.Bytes);
    }

    [Fact]
    public void The_next_agent_finds_the_decision_and_the_counts_and_may_take_it_back()
    {
        var caller = lab.PodOn(lab.First);
        var first = FlowCapture.Open(Options);
        first.Exclude(Pod);
        var before = caller.Do($"udp-scatter {lab.Second.IPv4} 8000 10 10").Sent;
        first.Dispose();
        var between = caller.Do($"udp-scatter {lab.Second.IPv4} 8000 10 20").Sent;

        var next = lab.Capture(Options);
        next.Exclude(Pod);
        next.Exclude(nothing);
        var after = caller.Do($"udp-scatter {lab.Second.IPv4} 8000 10 40").Sent;

        Assert.Equal(new ExcludedTraffic("quiet", 0, 20, before + between), Assert.Single(next.Losses.Excluded));
        var tally = new Tally();
        tally.Collect(next);
        Assert.Equal(after, tally.Payload(Protocols.Udp).Sent);
    }

    [Fact]
    public void Namespaces_beyond_the_numbers_there_are_keep_their_sums_without_a_name()
    {
        var capture = lab.Capture(Options);
        var many = Enumerable.Range(1, 2 * ExcludedCgroups.NamespacesMax).ToDictionary(id => ulong.MaxValue - (ulong)id, id => $"namespace-{id}");
        Assert.Equal(0, capture.Exclude(many));
        many[pod] = "one-too-many";
        capture.Exclude(many);

        var sent = lab.PodOn(lab.First).Do($"udp-scatter {lab.Second.IPv4} 8000 10 10").Sent;

        Assert.Equal(new ExcludedTraffic(null, 0, 10, sent), Assert.Single(capture.Losses.Excluded));
    }

    private static ExcludedTraffic? Excluded(FlowCapture capture) => capture.Losses.Excluded.SingleOrDefault(traffic => traffic.Namespace == "quiet");
}
