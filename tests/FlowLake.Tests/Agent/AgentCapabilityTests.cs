using FlowLake.Schemas.Coverage;
using FlowLake.Tests.Agent.Bpf;
using Xunit;

namespace FlowLake.Tests.Agent;

/// <summary>The agent as root of nothing: with CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN alone.</summary>
[Collection(nameof(KernelLab))]
public sealed class AgentCapabilityTests : IDisposable
{
    private static readonly string[] threeCapabilities = ["setpriv", "--bounding-set=-all,+bpf,+perfmon,+net_admin", "--no-new-privs"];

    private readonly CaptureLake lake = new();

    private KernelLab Lab => lake.Lab;

    public void Dispose() => lake.Dispose();

    [Fact]
    public async Task Three_capabilities_are_enough_to_open_to_be_taken_over_to_drain_and_to_remove()
    {
        var (caller, callee) = (Lab.PodOn(Lab.First), Lab.PodOn(Lab.Second));
        callee.Do($"tcp-serve {Lab.Second.IPv4} {CaptureLake.Port}");
        var options = lake.OptionsOf(Lab.First);
        using var killed = await AgentProcess.StartAsync(options, threeCapabilities);
        var before = caller.Do($"tcp-call {Lab.Second.IPv4} {CaptureLake.Port} 20 4 2");
        killed.Kill();

        using var agent = await AgentProcess.StartAsync(options, threeCapabilities);
        var after = caller.Do($"tcp-call {Lab.Second.IPv4} {CaptureLake.Port} 20 4 2");
        Assert.Equal(0, agent.Terminate());

        Assert.Contains("took_over=true", agent.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("level=warn", killed.Log + agent.Log, StringComparison.Ordinal);
        Assert.Equal((before.Sent + after.Sent, before.Received + after.Received), (lake.Inbox.Sum("payload_to_server"), lake.Inbox.Sum("payload_to_client")));
        Assert.Contains(lake.Inbox.Coverage, row => row.Reason == CoverageReason.Observed);
        Assert.Empty(System.IO.Directory.GetDirectories(Lab.BpfPath)); // nothing is left in the kernel
    }
}
