using FlowLake.Agent.Spool;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Inbox;
using Xunit;

namespace FlowLake.Tests.Agent;

/// <summary>A store that is away for an hour of the clock the test holds.</summary>
public sealed class AgentStoreAwayTests : IDisposable
{
    private static readonly TimeSpan away = TimeSpan.FromHours(1);
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(2);

    private readonly ScriptedAgent agent = new();

    private bool IsSpoolEmpty => !System.IO.Directory.EnumerateFiles(agent["spool"], "*.parquet").Any();

    public void Dispose() => agent.Dispose();

    [Fact]
    public async Task What_an_hour_kept_back_arrives_in_order_in_few_files_and_once()
    {
        // Pauses between attempts pass at once, the longest too.
        var time = ScriptedAgent.Time(longestPause: SpoolUploader.PauseMax);
        var began = time.GetUtcNow();
        // The store refuses whatever is to go into the inbox while that is a file.
        var obstacle = Path.Combine(agent["lake"], InboxKey.Prefix.TrimEnd('/'));
        System.IO.Directory.CreateDirectory(agent["lake"]);
        File.WriteAllText(obstacle, "");

        await agent.RunAsync(agent.Options, time, sweep =>
        {
            if (time.GetUtcNow() - began < away || agent.Log.Said("event=upload_failed") < 10)
                return true;
            File.Delete(obstacle);
            Assert.True(SpinWait.SpinUntil(() => IsSpoolEmpty, patience), "the store is back, and windows still wait");
            return false;
        });
        // The bound of the last uploads, too, has passed at once. What it cut short is the next agent's.
        await agent.RunAsync(agent.Options, ScriptedAgent.Time(), _ => false);

        var windows = agent.Inbox.Coverage.Count(row => row.Reason == CoverageReason.Observed);
        Assert.Equal(agent.Log.Said("event=window "), windows);
        Assert.InRange(agent.Inbox.Files.Count, 2, 8);
        Assert.False(agent.Inbox.HasGaps);
        Assert.Equal(agent.Pins.Payload, agent.Inbox.Sum("payload_to_server"));
        Assert.Equal(agent.Pins.Loopback, agent.Inbox.CoverageSum(CoverageReason.Loopback, "events"));
        Assert.True(IsSpoolEmpty);
    }
}
