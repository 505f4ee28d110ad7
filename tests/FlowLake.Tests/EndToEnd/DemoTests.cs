using FlowLake.Tests.Lake.Objects;
using Xunit;

namespace FlowLake.Tests.EndToEnd;

/// <summary>
/// The whole way of a flow on one machine: real traffic of real pods, captured by eBPF, shipped, ingested, asked. The demo itself compares, pair by
/// pair, the payload the table holds with what the applications counted, and its exit code says whether they are equal to the byte.
/// </summary>
[Collection(EndToEndCollection.Name)]
public sealed class DemoTests(S3ServerFixture s3) : IDisposable
{
    private const string Holds = " 0 differences";
    private static readonly TimeSpan traffic = TimeSpan.FromSeconds(20);

    private readonly string folder = Directory.CreateTempSubdirectory("flowlake-e2e-").FullName;

    [Fact]
    public async Task A_directory_holds_exactly_what_the_applications_counted_and_nothing_stays_behind()
    {
        var programs = await MachineState.BpfProgramsAsync();
        await using var demo = DemoRun.Start("fl-e2e-dir", 18081, traffic, folder);
        int exitCode = await demo.EndAsync(TestContext.Current.CancellationToken);
        Assert.True(exitCode == 0, demo.Output);
        Assert.Contains(Holds, demo.Output, StringComparison.Ordinal);
        Assert.Empty(MachineState.Leftovers("fl-e2e-dir"));
        Assert.Empty(await MachineState.AddedBpfProgramsAsync(programs));
    }

    [Fact]
    public async Task A_real_S3_server_holds_exactly_what_the_applications_counted()
    {
        string lake = await s3.CreateLakeAsync("lake");
        await using var demo = DemoRun.Start("fl-e2e-s3", 18082, traffic, folder, "--lake", lake);
        int exitCode = await demo.EndAsync(TestContext.Current.CancellationToken);
        Assert.True(exitCode == 0, demo.Output);
        Assert.Contains(Holds, demo.Output, StringComparison.Ordinal);
        Assert.Empty(MachineState.Leftovers("fl-e2e-s3"));
    }

    [Fact]
    public async Task Killing_an_agent_ingest_and_the_query_api_changes_no_byte()
    {
        await using var demo = DemoRun.Start("fl-e2e-kill", 18083, TimeSpan.FromSeconds(40), folder);
        await demo.AwaitOutputAsync("First answer", TestContext.Current.CancellationToken);
        foreach (string[] words in (string[][])[["agent", "node-a"], ["ingest"], ["serve"], ["agent", "node-b"], ["agent", "node-c"]])
        {
            int victim = Assert.Single(demo.Processes(words));
            DemoRun.Kill(victim);
        }

        int exitCode = await demo.EndAsync(TestContext.Current.CancellationToken);
        Assert.True(exitCode == 0, demo.Output);
        Assert.Contains(Holds, demo.Output, StringComparison.Ordinal);
        Assert.Empty(MachineState.Leftovers("fl-e2e-kill"));
        // What passed while an agent was dead is in the table, and that it was dead is said: once by each of the three.
        Assert.Equal("node,deaths\nnode-a,1\nnode-b,1\nnode-c,1\n", await demo.AskAsync("SELECT node, count(*) AS deaths FROM coverage WHERE reason = 'agent_absent' GROUP BY node ORDER BY node"));
    }

    [Fact]
    public async Task A_run_after_a_killed_one_cleans_up_and_proves()
    {
        await using (var killed = DemoRun.Start("fl-e2e-again", 18084, TimeSpan.FromMinutes(5), folder))
        {
            await killed.AwaitOutputAsync("Traffic:", TestContext.Current.CancellationToken);
            DemoRun.Kill(killed.ProcessId);
        }

        Assert.NotEmpty(MachineState.Leftovers("fl-e2e-again"));
        await using var demo = DemoRun.Start("fl-e2e-again", 18084, traffic, folder);
        int exitCode = await demo.EndAsync(TestContext.Current.CancellationToken);
        Assert.True(exitCode == 0, demo.Output);
        Assert.Contains("Removed what an earlier demo left", demo.Output, StringComparison.Ordinal);
        Assert.Contains(Holds, demo.Output, StringComparison.Ordinal);
        Assert.Empty(MachineState.Leftovers("fl-e2e-again"));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
