using FlowLake.Agent.Bpf;
using Xunit;

namespace FlowLake.Tests.Agent.Bpf;

/// <summary>Connections that were open before the first agent of a node.</summary>
[Collection(nameof(KernelLab))]
public sealed class CaptureAdoptionTests : IDisposable
{
    private const int Port = 7000;
    private const int Connections = 10; // two for each way to end

    private readonly KernelLab lab = new();

    public void Dispose() => lab.Dispose();

    [Theory]
    [InlineData("10.77.0.2")]
    [InlineData("fd77::2")]
    public void Live_connections_are_counted_from_the_start_of_the_agent_on_at_both_ends(string address)
    {
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"tcp-serve {address} {Port}");
        caller.Do($"tcp-hold {address} {Port} {Connections} 1");

        var (client, server) = (lab.Capture(lab.OptionsFor(lab.First)), lab.Capture(lab.OptionsFor(lab.Second)));
        var called = caller.Do($"tcp-resume {address} {Port}");
        var served = callee.Do($"served {address} {Port} {Connections}");

        AssertAdopted(client, called, FlowRole.Client);
        AssertAdopted(server, served, FlowRole.Server);
    }

    [Fact]
    public void The_next_agent_takes_over_what_was_adopted_and_adopts_nothing_itself()
    {
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port}");
        caller.Do($"tcp-hold {lab.Second.IPv4} {Port} {Connections} 2");
        var first = FlowCapture.Open(lab.OptionsFor(lab.First));
        Assert.Equal(Connections, first.Adopted);
        first.Dispose();

        var second = lab.Capture(lab.OptionsFor(lab.First));
        Assert.Equal((true, 0), (second.TookOver, second.Adopted));
        var called = caller.Do($"tcp-resume {lab.Second.IPv4} {Port}");

        AssertCounted(second, called, FlowRole.Client);
    }

    [Fact]
    public async Task Sweeps_without_pause_and_new_connections_leave_adopted_ones_exact()
    {
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port}");
        callee.Do($"tcp-serve {lab.Second.IPv4} {Port + 1}");
        caller.Do($"tcp-hold {lab.Second.IPv4} {Port} {Connections} 3");
        var client = lab.Capture(lab.OptionsFor(lab.First));

        var resuming = caller.DoAsync($"tcp-resume {lab.Second.IPv4} {Port}");
        var tally = new Tally();
        while (!resuming.IsCompleted)
            tally.Collect(client);
        var fresh = lab.PodOn(lab.First).Do($"tcp-call {lab.Second.IPv4} {Port + 1} 100 4 4");

        tally.CollectUntil(client, tally => tally.Sum(Protocols.Tcp).ConnectionsClosed == Connections + 100);
        var resumed = await resuming;
        var payload = tally.Payload(Protocols.Tcp);
        Assert.Equal(resumed.Sent + resumed.Received + fresh.Sent + fresh.Received, payload.Sent + payload.Received + client.Losses.BeforeAgentBytes);
        Assert.Equal(100, tally.Sum(Protocols.Tcp).ConnectionsOpened);
    }

    [Fact]
    public void What_no_process_had_accepted_is_told_with_its_bytes_when_it_ends()
    {
        const int bytes = 1000;
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"tcp-queue {lab.Second.IPv4} {Port}");
        caller.Do($"tcp-push {lab.Second.IPv4} {Port} {bytes}");

        var server = lab.Capture(lab.OptionsFor(lab.Second));
        callee.Do($"tcp-unqueue {lab.Second.IPv4} {Port}");

        Assert.True(SpinWait.SpinUntil(() => server.Losses.Untagged > 0, TimeSpan.FromSeconds(30)));
        var losses = server.Losses;
        Assert.Equal((1, bytes, 0), (losses.Untagged, losses.UntaggedBytes, losses.BeforeAgent));
        Assert.Equal(0, server.Adopted);

        // The reset that comes after its end has no flow to go to either.
        Assert.True(SpinWait.SpinUntil(() => server.Losses.ResetsUnplaced > 0, TimeSpan.FromSeconds(30)));
        Assert.Equal(1, server.Losses.ResetsUnplaced);
        Assert.Empty(server.Drain().Flows);
    }

    private static void AssertAdopted(FlowCapture capture, AppBytes application, FlowRole role)
    {
        Assert.Equal(Connections, capture.Adopted);
        AssertCounted(capture, application, role);
    }

    private static void AssertCounted(FlowCapture capture, AppBytes application, FlowRole role)
    {
        var tally = new Tally();
        tally.CollectUntil(capture, tally => tally.Sum(Protocols.Tcp).ConnectionsClosed == Connections);
        var sum = tally.Sum(Protocols.Tcp);
        var losses = capture.Losses;
        Assert.Equal((0, Connections), (sum.ConnectionsOpened, sum.ConnectionsClosed));
        Assert.Equal((Connections, 0, 0), (losses.BeforeAgent, losses.Untagged, losses.RecursionMisses));
        Assert.True(losses.BeforeAgentBytes > 0);
        Assert.Equal(application.Sent + application.Received, sum.PayloadOut + sum.PayloadIn + losses.BeforeAgentBytes);
        Assert.InRange(sum.PayloadOut, 1, application.Sent - 1);
        Assert.InRange(sum.PayloadIn, 1, application.Received - 1);
        Assert.All(tally.Entries.Where(entry => entry.Key.Protocol == Protocols.Tcp), entry => Assert.Equal((role, Port), (entry.Key.Role, entry.Key.ServerPort)));
    }
}
