using FlowLake.Agent.Directory;
using Xunit;

namespace FlowLake.Tests.Agent.Directory;

public sealed class AgentNodesTests
{
    private readonly AgentNodes agents = new();

    private static DateTimeOffset At(int second) => DateTimeOffset.UnixEpoch.AddSeconds(100_000 + second);

    private bool Counted(int from) => agents.Counted("n", At(from), At(from + 60));

    [Fact]
    public void A_node_counts_from_when_its_agent_is_ready()
    {
        agents.Set("f", "a", "n", isReady: false, At(0));
        Assert.False(Counted(0));
        agents.Set("f", "a", "n", isReady: true, At(90));

        Assert.Equal((false, true, true), (Counted(0), Counted(60), Counted(120)));
        Assert.False(agents.Counted("other", At(60), At(120)));
    }

    [Fact]
    public void Its_kernel_half_counts_on_after_the_agent_for_ten_minutes()
    {
        agents.Set("f", "a", "n", isReady: true, At(0));
        agents.Remove("f", "a", At(100));

        Assert.Equal((true, false), (Counted(699), Counted(700)));
        Assert.False(agents.IsEmpty);
    }

    [Fact]
    public void An_update_leaves_no_gap()
    {
        agents.Set("f", "a", "n", isReady: true, At(0));
        agents.Set("f", "b", "n", isReady: true, At(50));
        agents.Remove("f", "a", At(60));

        Assert.True(Counted(5_000));
    }
}
