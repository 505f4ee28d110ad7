using FlowLake.Agent;
using FlowLake.Agent.Bpf;
using FlowLake.Agent.Directory.Kubernetes;
using FlowLake.Schemas.Coverage;
using FlowLake.Tests.Agent.Directory;
using FlowLake.Tests.Agent.Directory.Kubernetes;
using Xunit;

namespace FlowLake.Tests.Agent;

/// <summary>The whole agent on a kernel and a clock the test holds; everything else is real.</summary>
public sealed class AgentServiceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ScriptedPins pins = new();
    private readonly RushingTime time = new(new DateTimeOffset(2026, 11, 21, 10, 0, 37, TimeSpan.Zero));
    private readonly StringWriter log = new();
    private int payload = 1;

    public AgentServiceTests() => File.WriteAllBytes(folder["cluster.json"], Clusters.Two.ToJson());

    public static TheoryData<int> Deaths => [.. Enumerable.Range(1, 36)];

    private AgentOptions Options => new() { Node = "node-a", DirectoryFile = folder["cluster.json"], Lake = folder["lake"], SpoolFolder = folder["spool"] };

    private Inbox Lake => new(folder["lake"]);

    public void Dispose()
    {
        folder.Dispose();
        log.Dispose();
    }

    /// <summary>An agent that sees traffic before each sweep, is asked to stop at the given one, and may die.</summary>
    private async Task RunAsync(int windows, Death? death = null, AgentOptions? options = null, Action<int>? atSweep = null)
    {
        death ??= Death.Never;
        death.Died = time.Release;
        time.Hold();
        var stop = new CancellationTokenSource();
        var swept = 0;
        try
        {
            await AgentService.RunAsync(options ?? Options, () => pins.Open(death, Sweep), time, log, stop.Token, death.Step);
        }
        catch (Death.DeathException)
        {
            // As told.
        }

        void Sweep()
        {
            Count();
            if (++swept == windows)
                stop.Cancel();
            atSweep?.Invoke(swept);
        }
    }

    private void Count() => pins.Count(payload++);

    [Fact]
    public async Task Windows_begin_at_multiples_and_the_first_and_last_are_shorter_and_say_so()
    {
        await RunAsync(windows: 3);

        var windows = Lake.Coverage.Where(row => row.Reason == CoverageReason.Observed).Select(row => (row.WindowStart.ToString("HH:mm:ss", null), row.WindowSeconds)).ToArray();
        Assert.Equal([("10:00:37", 23), ("10:01:00", 60), ("10:02:00", 60)], windows[..3]);
        Assert.Equal("10:03:00", windows[3].Item1);
        Assert.InRange(windows[3].WindowSeconds, 1, 60);
        Assert.Equal(4, windows.Length);
        Assert.Equal(pins.Payload, Lake.Sum("payload_to_server"));
        Assert.Empty(System.IO.Directory.EnumerateFiles(folder["spool"], "*.parquet"));
    }

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task Whatever_step_an_agent_dies_at_every_byte_and_every_loss_arrives_once(int steps)
    {
        var random = new Random(steps);
        var first = new Death(steps);
        await RunAsync(windows: 3, first);
        // While nobody is there the kernel half goes on.
        if (pins.IsAttached)
            Count();
        var second = new Death(random.Next(1, 30));
        await RunAsync(windows: 2, second);
        await RunAsync(windows: 2);

        Assert.False(Lake.HasGaps, $"{first.At}, {second.At}");
        Assert.Equal(pins.Payload, Lake.Sum("payload_to_server"));
        Assert.Equal(pins.Loopback, Lake.CoverageSum(CoverageReason.Loopback, "events"));
        Assert.Empty(System.IO.Directory.EnumerateFiles(folder["spool"], "*.parquet"));
        Assert.Single(Lake.Files.Select(file => file.Key.Stream).Distinct());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    public async Task The_window_after_a_death_begins_where_the_last_one_ended_and_says_how_long_nobody_was_there(int steps)
    {
        var began = time.GetUtcNow();
        await RunAsync(windows: 9, new Death(steps));
        time.Pass(TimeSpan.FromSeconds(300));
        Count();

        await RunAsync(windows: 1);

        var absent = Lake.Coverage.Single(row => row.Reason == CoverageReason.AgentAbsent);
        Assert.Contains(absent.WindowStart, Lake.Coverage.Select(row => row.WindowStart.AddSeconds(row.WindowSeconds)).Append(began));
        // It died within the window it had open, or waiting for the end of it.
        Assert.InRange(absent.Amount, 300, 300 + (2 * 60) + 2);
        Assert.InRange(absent.WindowSeconds, absent.Amount - 1, absent.Amount + 62);
        Assert.Equal(pins.Payload, Lake.Sum("payload_to_server"));
    }

    [Fact]
    public async Task Windows_of_one_upload_interval_are_one_file()
    {
        await RunAsync(windows: 9, options: Options with { UploadInterval = TimeSpan.FromMinutes(5) });

        Assert.True(Lake.Files.Count <= 3, $"{Lake.Files.Count} files");
        Assert.Equal(10, Lake.Coverage.Count(row => row.Reason == CoverageReason.Observed));
        Assert.Equal(pins.Payload, Lake.Sum("payload_to_server"));
    }

    [Fact]
    public async Task A_kernel_half_removed_under_a_running_agent_is_read_and_set_up_anew()
    {
        await RunAsync(windows: 4, atSweep: sweep =>
        {
            if (sweep != 2)
                return;
            pins.Remove();
            throw BpfException.Because("the pins are gone");
        });

        Assert.Contains("event=kernel_gone", log.ToString(), StringComparison.Ordinal);
        Assert.False(Lake.HasGaps);
        Assert.Equal(pins.Payload, Lake.Sum("payload_to_server"));
        Assert.Equal(pins.Loopback, Lake.CoverageSum(CoverageReason.Loopback, "events"));
        Assert.Empty(System.IO.Directory.EnumerateFiles(folder["spool"], "*.parquet"));
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(-30)]
    [InlineData(3600)]
    public async Task A_clock_that_is_set_loses_nothing_and_stops_no_window(int seconds)
    {
        await RunAsync(windows: 4, atSweep: sweep => time.Set(TimeSpan.FromSeconds(sweep == 2 ? seconds : 0)));

        var windows = Lake.Coverage.Where(row => row.Reason == CoverageReason.Observed).ToArray();
        Assert.Equal(5, windows.Length);
        Assert.All(windows, window => Assert.InRange(window.WindowSeconds, 1, 3600 + 120));
        Assert.Contains($"event=clock_set by_seconds={seconds} ", log.ToString(), StringComparison.Ordinal);
        Assert.Equal(pins.Payload, Lake.Sum("payload_to_server"));
    }

    [Fact]
    public async Task A_clean_end_leaves_nothing_in_the_kernel_unless_it_is_told_to()
    {
        await RunAsync(windows: 1, options: Options with { KeepCounting = true });
        var kept = pins.Id;
        await RunAsync(windows: 1);

        Assert.NotEqual(kept, pins.Id);
        Assert.Contains("took_over=true", log.ToString(), StringComparison.Ordinal);
        Assert.Equal(pins.Payload, Lake.Sum("payload_to_server"));
    }

    [Fact]
    public async Task Everything_wrong_with_the_options_is_said_at_once()
    {
        var options = Options with { Node = "", Lake = " ", DirectoryFile = folder["none"], Window = TimeSpan.FromSeconds(5), RowsMax = 0, SpoolBytesMax = 1, CgroupRoot = folder["none"], FlowCapacity = 1, UploadInterval = TimeSpan.FromDays(1), NamespacesExcluded = ["Not_A_Name"], SpoolFolder = "/a*" };

        var message = (await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(1, options: options))).Message;

        Assert.All(["node:", "lake:", "directory:", "window:", "rows:", "spool:", "spool bytes:", "cgroup root:", "flow capacity:", "upload interval:", "namespaces:"], part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_node_the_directory_does_not_know_is_refused()
    {
        var exception = await Assert.ThrowsAsync<InvalidDataException>(() => RunAsync(1, options: Options with { Node = "node-c" }));

        Assert.Contains("node-a, node-b", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_kernel_that_does_not_tell_of_cgroups_the_log_says_what_is_done_instead()
    {
        await RunAsync(windows: 1);

        Assert.Contains("event=cgroups_unseen", log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_file_the_directory_is_the_clusters_own()
    {
        await using var server = new ReplayServer(target => target.Contains("?watch", StringComparison.Ordinal)
            ? ReplayedAnswer.Silence
            : new ReplayedAnswer($"list-{target[..target.IndexOf('?', StringComparison.Ordinal)].Split('/')[^1]}.http"));

        await RunAsync(windows: 1, options: Options with { DirectoryFile = null, ApiServer = new ApiServerAccess(server.Address) });

        Assert.Equal(pins.Payload, Lake.Sum("payload_to_server"));
        Assert.Single(server.Targets("/api/v1/pods"), target => target.Contains("watch", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_agents_do_not_share_a_spool()
    {
        var options = Options;
        IOException? refused = null;
        await RunAsync(windows: 1, atSweep: _ =>
            refused = Assert.Throws<IOException>(() => AgentService.RunAsync(options, () => throw new InvalidOperationException(), time, log, CancellationToken.None).GetAwaiter().GetResult()));

        Assert.Contains("another agent", refused!.Message, StringComparison.Ordinal);
    }
}
