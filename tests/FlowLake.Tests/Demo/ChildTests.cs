using System.Diagnostics;
using FlowLake.Demo.Machine;
using FlowLake.Demo.Processes;
using Xunit;

namespace FlowLake.Tests.Demo;

public sealed class ChildTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("flowlake-test-child-").FullName;
    private readonly List<string> said = [];

    private string RecordPath => Path.Combine(folder, "processes");

    [Fact]
    public async Task A_child_that_is_killed_comes_back_and_one_that_is_stopped_does_not()
    {
        var child = NewChild("sleep", "600");
        child.Start();
        var first = child.ProcessId;
        Process.GetProcessById(first!.Value).Kill();
        while (child.ProcessId == first || child.Restarts == 0)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        var end = await child.StopAsync(TimeSpan.FromSeconds(30));

        Assert.True(end.Asked);
        Assert.Equal(1, child.Restarts);
        Assert.StartsWith("child ended by itself", Assert.Single(said), StringComparison.Ordinal);
        Assert.Empty(new ProcessRecord(RecordPath).Alive());
    }

    [Fact]
    public async Task A_child_that_dies_again_and_again_ends_for_good_with_its_last_words()
    {
        var child = NewChild("sh", "-c", "echo no lake here; exit 3");
        child.Start();

        Assert.Equal(new ChildEnd(Asked: false, ExitCode: 3), await child.Ended);
        Assert.Equal(2, child.Restarts);
        Assert.Equal(["no lake here"], child.Log.LastLines(1));
    }

    [Fact]
    public async Task The_next_demo_ends_what_a_killed_one_noted_and_nothing_else()
    {
        var child = NewChild("sleep", "600");
        child.Start();
        var process = Assert.Single(new ProcessRecord(RecordPath).Alive());

        // The same id with another start is another process: it has to stay.
        await File.WriteAllTextAsync(RecordPath, $"{process.Id} {process.StartTicks + 1}\n", TestContext.Current.CancellationToken);
        Assert.Equal(0, new ProcessRecord(RecordPath).Kill());
        Assert.True(process.IsAlive);

        await File.WriteAllTextAsync(RecordPath, $"{process.Id} {process.StartTicks}\n{process.Id}", TestContext.Current.CancellationToken);
        Assert.Equal(1, new ProcessRecord(RecordPath).Kill());
        await child.StopAsync(TimeSpan.FromSeconds(30));
        Assert.False(process.IsAlive);
    }

    [Fact]
    public async Task Only_one_demo_of_a_prefix_runs_at_a_time()
    {
        string prefix = $"flowlake-test-lock-{Environment.ProcessId}";
        using (var first = await DemoLock.TryTakeAsync(prefix, TimeProvider.System))
        {
            Assert.NotNull(first);
            Assert.Null(await DemoLock.TryTakeAsync(prefix, TimeProvider.System));
        }

        using var next = await DemoLock.TryTakeAsync(prefix, TimeProvider.System);
        Assert.NotNull(next);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private Child NewChild(params string[] command) => new(
        new ChildStart { Name = "child", Command = command, LogPath = Path.Combine(folder, "child.log"), RestartsMax = 2 },
        new ProcessRecord(RecordPath),
        TimeProvider.System,
        said.Add);
}
