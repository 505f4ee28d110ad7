using System.Globalization;
using FlowLake.Agent;
using FlowLake.Agent.Spool;
using FlowLake.Agent.Windows;
using FlowLake.Lake.Objects;
using FlowLake.Schemas.Inbox;
using FlowLake.Tests.Agent.Windows;
using Xunit;

namespace FlowLake.Tests.Agent.Spool;

/// <summary>The uploader between a spool and a store that are folders, on a clock that does not wait.</summary>
public sealed class SpoolUploaderTests : IDisposable
{
    private const int Attempts = 40;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Pauses_between_attempts_grow_up_to_their_bound_and_differ_between_two_agents()
    {
        var first = await PausesAsync("a");
        var second = await PausesAsync("b");

        Assert.All([first, second], pauses =>
        {
            Assert.All(pauses, pause => Assert.InRange(pause, TimeSpan.Zero, SpoolUploader.PauseMax));
            // Each pause is drawn and may be short; it is their sum that doubles with each.
            Assert.True(Sum(pauses[..4]) < Sum(pauses[4..8]), string.Join(' ', pauses));
            Assert.Contains(SpoolUploader.PauseMax, pauses);
        });
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task A_failure_in_the_moment_the_agent_is_asked_to_stop_is_its_end_and_no_failure()
    {
        using var stop = new CancellationTokenSource();
        using var log = new WatchedLog();
        using var spool = SpoolOfOne("a", step =>
        {
            if (step != "sequenced")
                return;
            stop.Cancel();
            throw new IOException("the disk is gone");
        });

        await Assert.ThrowsAsync<OperationCanceledException>(() => UploadAsync("a", spool, TimeProvider.System, log, stop.Token));

        Assert.Equal(0, log.Said("event=upload_failed"));
        Assert.Equal(1, spool.Size().Files);
    }

    /// <summary>The pauses of an agent whose store is away, as the clock saw them pass.</summary>
    private async Task<TimeSpan[]> PausesAsync(string agent)
    {
        // The store refuses whatever is to go into the inbox while that is a file.
        System.IO.Directory.CreateDirectory(LakeOf(agent));
        File.WriteAllText(Path.Combine(LakeOf(agent), InboxKey.Prefix.TrimEnd('/')), "");
        using var stop = new CancellationTokenSource();
        using var log = new WatchedLog();
        log.When("event=upload_failed", Attempts, stop.Cancel);
        using var spool = SpoolOfOne(agent);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => UploadAsync(agent, spool, new RushingTime(Rows.Start, SpoolUploader.PauseMax), log, stop.Token));

        var times = log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => DateTimeOffset.Parse(line.Split(' ')[0]["time=".Length..], CultureInfo.InvariantCulture))
            .ToArray();
        Assert.Equal(Attempts, times.Length);
        return [.. times.Zip(times[1..], (earlier, later) => later - earlier)];
    }

    private async Task UploadAsync(string agent, WindowSpool spool, TimeProvider time, TextWriter log, CancellationToken cancellationToken)
    {
        using var store = ObjectStores.Open(LakeOf(agent), time);
        using var metrics = new AgentMetrics(spool.Size);
        await new SpoolUploader(spool, store, time, new AgentLog(log, time), metrics).UploadAllAsync(cancellationToken);
    }

    private WindowSpool SpoolOfOne(string agent, Action<string>? step = null)
    {
        var spool = WindowSpool.Open(folder["spool-" + agent], "node-a", 1 << 20, TimeProvider.System, step);
        var pinSet = Guid.NewGuid();
        var content = new WindowContent(new FlowWindow(Rows.Start, Rows.Start.AddSeconds(60)), [Rows.Row(1)], []);
        spool.Store(
            pinSet,
            1,
            spool.Reported.With(new KernelReport(pinSet, 1, LossTotals.None), content.Window.End, spool.Dropped),
            content.Rows,
            content.Coverage(new ObserverPlace("node-a", null, null, null), spool.Stream.Incarnation, []),
            content.Sides);
        spool.Offer();
        return spool;
    }

    private string LakeOf(string agent) => folder["lake-" + agent];

    private static TimeSpan Sum(IEnumerable<TimeSpan> pauses) => pauses.Aggregate((sum, pause) => sum + pause);
}
