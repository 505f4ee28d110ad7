using FlowLake.Ingest;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Tests.Lake.Tables;
using Xunit;

namespace FlowLake.Tests.Ingest;

/// <summary>The follower: goes on with what comes, and stops when asked.</summary>
public sealed class FollowTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Follows_the_inbox_and_stops_cleanly_when_terminated()
    {
        using var store = ObjectStores.Open(folder.File("lake"));
        var source = new InboxSource(store, "node-a", "zone-a", TimeProvider.System.GetUtcNow().AddHours(-1));
        using var ingest = IngestProcess.Follow(folder.File("lake"), folder.File("work"));
        for (var file = 0; file < 3; file++)
        {
            var key = await source.PutAsync(4);
            while (await store.ReadAsync(key.Key, TestContext.Current.CancellationToken) is not null)
                await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, await ingest.StopAsync());
        Assert.Equal(12, (await DeltaChecker.CheckAsync(store, "flows", folder.Path)).Sound().Rows);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.File("work")));
        Assert.Contains("ingest: flows version 2: 1 inbox files of 1 streams, 4 rows in 1 data files", ingest.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_that_cannot_be_read_stops_no_follower_and_is_said()
    {
        using var store = ObjectStores.Open(folder.File("lake"));
        var source = new InboxSource(store, "node-a", "zone-a", TimeProvider.System.GetUtcNow().AddHours(-1));
        await source.PutAsync(4);
        const string Commit = "flows/_delta_log/00000000000000000000.json";
        await store.PutAsync(Commit, "nonsense"u8.ToArray(), TestContext.Current.CancellationToken);
        var log = new StringWriter();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var follow = IngestService.RunAsync(new IngestOptions { Lake = folder.File("lake"), WorkFolder = folder.File("work"), Log = TextWriter.Synchronized(log) }, follow: true, stop.Token);
        while (!log.ToString().Contains("ingest: failed, next try in 2 s", StringComparison.Ordinal))
            await Task.Delay(50, TestContext.Current.CancellationToken);
        await store.DeleteAsync([Commit], TestContext.Current.CancellationToken);
        while (!log.ToString().Contains($"ingest: {LakeTables.All[^1].Name} version 0", StringComparison.Ordinal))
            await Task.Delay(50, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await follow;
        Assert.Equal(4, (await DeltaChecker.CheckAsync(store, "flows", folder.Path)).Sound().Rows);
        Assert.Equal(1, (await DeltaChecker.CheckAsync(store, "coverage", folder.Path)).Sound().Rows);
    }

    [Fact]
    public async Task The_function_started_by_hand_names_the_command()
    {
        using var ingest = IngestProcess.Function(new Dictionary<string, string>());
        Assert.Equal(2, await ingest.EndAsync());
        Assert.Contains("flowlake ingest", ingest.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_options_are_all_said_at_once()
    {
        var exception = Assert.Throws<ArgumentException>(() => IngestService.Open(new IngestOptions { Lake = folder.File("lake"), FilesPerCommitMax = 0, Retention = TimeSpan.Zero }));
        Assert.Contains("FilesPerCommitMax is 0", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Retention is 00:00:00", exception.Message, StringComparison.Ordinal);
    }
}
