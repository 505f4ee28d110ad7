using FlowLake.Agent.Windows;
using FlowLake.Schemas.Coverage;
using FlowLake.Tests.Agent.Bpf;
using Xunit;

namespace FlowLake.Tests.Agent;

/// <summary>A real process, killed without a word: at once, and where it is most at work, when a window ends.</summary>
[Collection(nameof(KernelLab))]
public sealed class AgentKillTests : IDisposable
{
    private readonly CaptureLake lake = new();

    public void Dispose() => lake.Dispose();

    [Fact]
    public async Task An_agent_killed_again_and_again_loses_and_doubles_nothing()
    {
        var (caller, callee) = (lake.Lab.PodOn(lake.Lab.First), lake.Lab.PodOn(lake.Lab.Second));
        callee.Do($"tcp-serve {lake.Lab.Second.IPv4} {CaptureLake.Port}");
        var options = lake.OptionsOf(lake.Lab.Second);
        var (sent, received) = (0L, 0L);
        Call();
        // Connections that were open before the first agent, and end after it was killed again and again.
        var before = caller.Do($"tcp-hold {lake.Lab.Second.IPv4} {CaptureLake.Port} 5 1");

        using (var first = await AgentProcess.StartAsync(options))
        {
            (sent, received) = (0, 0); // what was before the first agent is in no row
            Call();
            first.Kill();
        }

        var random = new Random();
        for (var round = 0; round < 2; round++)
        {
            Call();
            using var agent = await AgentProcess.StartAsync(options);
            Call();
            var now = TimeProvider.System.GetUtcNow();
            await Task.Delay(new WindowClock(options.Window).BoundaryAfter(now) - now + TimeSpan.FromMilliseconds(random.Next(150)), TestContext.Current.CancellationToken);
            agent.Kill();
        }

        Call();
        using var last = await AgentProcess.StartAsync(options);
        Call();
        var held = caller.Do($"tcp-resume {lake.Lab.Second.IPv4} {CaptureLake.Port}");
        (sent, received) = (sent + held.Sent, received + held.Received);
        Assert.Equal(0, last.Terminate());

        // The server's last byte before the agent may have been acknowledged only after: coverage has what is in no row, and no more.
        var explained = lake.Inbox.CoverageSum(CoverageReason.BeforeAgent, "bytes");
        Assert.Equal(5, lake.Inbox.CoverageSum(CoverageReason.BeforeAgent, "events"));
        Assert.InRange(explained, 1, before.Sent + before.Received);
        Assert.Equal(sent + received, lake.Inbox.Sum("payload_to_server") + lake.Inbox.Sum("payload_to_client") + explained);
        Assert.False(lake.Inbox.HasGaps);
        Assert.Single(lake.Inbox.Files.Select(file => file.Key.Stream).Distinct());
        Assert.True(lake.Inbox.CoverageSum(CoverageReason.AgentAbsent, "seconds") >= 1);
        Assert.True(lake.IsSpoolEmpty(lake.Lab.Second));
        Assert.Empty(System.IO.Directory.GetDirectories(lake.Lab.BpfPath));

        void Call()
        {
            var moved = caller.Do($"tcp-call {lake.Lab.Second.IPv4} {CaptureLake.Port} 20 4 2");
            (sent, received) = (sent + moved.Sent, received + moved.Received);
        }
    }
}
