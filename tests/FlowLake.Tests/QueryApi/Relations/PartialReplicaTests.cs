using FlowLake.QueryApi.Relations;
using Xunit;

namespace FlowLake.Tests.QueryApi.Relations;

/// <summary>A catalog that has a part of the lake: what is here, what is refused, and how it gets on when the store, or it itself, fails.</summary>
public sealed class PartialReplicaTests : IDisposable
{
    private readonly PartialReplica replica = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => replica.Dispose();

    [Fact]
    public async Task The_newest_rows_within_the_budget_are_here_and_a_question_that_reaches_past_them_is_refused()
    {
        for (var day = 0; day < 5; day++)
            await replica.AddDayAsync(day);
        await replica.Lake.AddCoverageAsync(TestFlows.MakeCoverage(1, 30));
        var budget = await replica.BudgetAsync(files: 2);
        using var catalog = replica.Open(budget);
        await PartialReplica.FollowAsync(catalog);
        Assert.Equal(2, replica.FilesHere().Count(file => file.Contains("/flows/", StringComparison.Ordinal)));
        Assert.InRange(replica.FilesHere().Sum(file => new FileInfo(file).Length), 1, budget);
        Assert.Equal(catalog.Replica.Bytes, replica.FilesHere().Sum(file => new FileInfo(file).Length));

        foreach (var sql in new[] { "SELECT count(*) FROM flows", "SELECT count(*) FROM traffic WHERE date >= '2026-11-12'", "SELECT count(*) FROM flow_rows WHERE window_start > now() - INTERVAL 2000 DAY", "SELECT count(*) FROM gap_flows" })
        {
            var refusal = PartialReplica.Refused(catalog, sql);
            var from = refusal.NotHere!.From!.Value;
            Assert.InRange(from, PartialReplica.FirstDay.AddDays(2), PartialReplica.FirstDay.AddDays(3));
            Assert.False(refusal.NotHere.AreComing);
            Assert.Contains($"{from:yyyy-MM-dd'T'HH:mm:ss}", refusal.Reason, StringComparison.Ordinal);
            // What the hint says is what would do.
            Assert.Contains($"window_start >= TIMESTAMPTZ '{from:yyyy-MM-dd HH:mm:ss}+00'", refusal.Hint, StringComparison.Ordinal);
            Assert.Equal(
                replica.Lake.Primary.LongCount(flow => flow.WindowStart >= from),
                PartialReplica.Ask(catalog, $"SELECT count(*) FROM flows WHERE window_start >= TIMESTAMPTZ '{from:yyyy-MM-dd HH:mm:ss}+00'"));
        }

        Assert.Equal(replica.Lake.Primary.LongCount(flow => flow.WindowStart >= PartialReplica.FirstDay.AddDays(4)), PartialReplica.Ask(catalog, "SELECT count(*) FROM flows WHERE date = '2026-11-14'"));
        Assert.Equal(30L, PartialReplica.Ask(catalog, "SELECT count(*) FROM coverage"));
    }

    [Fact]
    public async Task Newer_rows_take_the_room_of_the_oldest_and_a_version_that_is_read_keeps_its_files_meanwhile()
    {
        for (var day = 0; day < 3; day++)
            await replica.AddDayAsync(day);
        var budget = await replica.BudgetAsync(files: 3);
        using var catalog = replica.Open(budget, hold: TimeSpan.Zero);
        await PartialReplica.FollowAsync(catalog);
        var before = replica.Lake.Primary.LongCount();
        var held = catalog.Acquire();
        await replica.AddDayAsync(3);
        await replica.AddDayAsync(4);
        await PartialReplica.FollowAsync(catalog);
        Assert.Equal(5, replica.FilesHere().Count);
        using (var connection = held.Connect(FlowRelations.Flows))
            Assert.Equal(before, connection.Scalar<long>("SELECT count(*) FROM flows"));
        Assert.NotNull(PartialReplica.Refused(catalog, "SELECT count(*) FROM flows").NotHere);
        Assert.Equal(0, catalog.Replica.FilesDeleted);
        held.Dispose();
        await PartialReplica.FollowAsync(catalog);
        Assert.Equal(3, replica.FilesHere().Count);
        Assert.Equal(2, catalog.Replica.FilesDeleted);
        Assert.Equal(3L * 60, PartialReplica.Ask(catalog, "SELECT count(*) FROM flows WHERE date >= '2026-11-12'"));
    }

    [Fact]
    public async Task A_version_whose_files_cannot_be_had_is_not_shown_and_the_lag_says_so()
    {
        await replica.AddDayAsync(0);
        var time = new ManualTime(DateTimeOffset.UtcNow);
        using var catalog = replica.Open(long.MaxValue, time);
        await PartialReplica.FollowAsync(catalog);
        replica.Store.Broken = ".parquet";
        await replica.AddDayAsync(1);
        time.Advance(TimeSpan.FromSeconds(100));
        await Assert.ThrowsAsync<IOException>(() => catalog.RefreshAsync(Token));
        Assert.Equal((0, 1, TimeSpan.FromSeconds(100)), (catalog.Version.Flows, catalog.Lag.Versions, catalog.Lag.Time));
        Assert.Equal(1, catalog.Replica.FetchFailures);
        Assert.Equal(60L, PartialReplica.Ask(catalog, "SELECT count(*) FROM flows"));
        replica.Store.Broken = null;
        Assert.True(await catalog.RefreshAsync(Token));
        Assert.Equal((1, 0, TimeSpan.Zero), (catalog.Version.Flows, catalog.Lag.Versions, catalog.Lag.Time));
        Assert.Equal(120L, PartialReplica.Ask(catalog, "SELECT count(*) FROM flows"));
    }

    [Fact]
    public async Task A_new_start_answers_at_once_from_what_is_there_without_the_store_and_says_how_old_it_is()
    {
        for (var day = 0; day < 3; day++)
            await replica.AddDayAsync(day);
        var time = new ManualTime(DateTimeOffset.UtcNow);
        using (var first = replica.Open(long.MaxValue, time))
            await PartialReplica.FollowAsync(first);
        var downloads = replica.Store.Downloads.Count;
        replica.Store.Broken = "";
        time.Advance(TimeSpan.FromMinutes(10));
        using var catalog = replica.Open(long.MaxValue, time);
        Assert.Equal(2, catalog.Version.Flows);
        Assert.Equal(TimeSpan.FromMinutes(10), catalog.Lag.Time);
        Assert.Equal(180L, PartialReplica.Ask(catalog, "SELECT count(*) FROM flows"));
        await Assert.ThrowsAsync<IOException>(() => catalog.RefreshAsync(Token));
        Assert.Equal(180L, PartialReplica.Ask(catalog, "SELECT count(*) FROM flows"));
        replica.Store.Broken = null;
        await replica.AddDayAsync(3);
        await PartialReplica.FollowAsync(catalog);
        Assert.Equal(240L, PartialReplica.Ask(catalog, "SELECT count(*) FROM flows"));
        Assert.Equal(TimeSpan.Zero, catalog.Lag.Time);
        Assert.Equal(downloads + 1, replica.Store.Downloads.Count);
    }

    [Fact]
    public async Task What_is_written_of_a_lake_that_was_made_anew_is_forgotten_when_the_log_is_read()
    {
        for (var day = 0; day < 3; day++)
            await replica.AddDayAsync(day);
        using (var first = replica.Open(long.MaxValue))
            await PartialReplica.FollowAsync(first);
        Directory.Delete(Path.Combine(replica.Lake.Folder, "flows"), recursive: true);
        replica.Lake.Flows.Clear();
        await replica.AddDayAsync(7);
        using var catalog = replica.Open(long.MaxValue);
        Assert.Equal(2, catalog.Version.Flows);
        await PartialReplica.FollowAsync(catalog);
        Assert.Equal(0, catalog.Version.Flows);
        Assert.Equal(60L, PartialReplica.Ask(catalog, "SELECT count(*) FROM flows"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"table\":\"flows\"}")]
    [InlineData("{\"Table\":\"flows\",\"Version\":3,\"ReadAt\":\"2026-11-20T00:00:00Z\",\"Actions\":2}\n{\"add\":{}}\n")]
    public async Task Notes_that_cannot_be_read_are_passed_over(string notes)
    {
        await replica.AddDayAsync(0);
        using (var first = replica.Open(long.MaxValue))
            await PartialReplica.FollowAsync(first);
        await File.WriteAllTextAsync(Path.Combine(Directory.GetDirectories(replica.Lake.CacheFolder, "lake-*").Single(), "shown"), notes, Token);
        using var catalog = replica.Open(long.MaxValue);
        Assert.True(catalog.Version.IsEmpty);
        Assert.True(PartialReplica.Refused(catalog, "SELECT count(*) FROM flows").NotHere!.AreComing);
        await PartialReplica.FollowAsync(catalog);
        Assert.Equal(60L, PartialReplica.Ask(catalog, "SELECT count(*) FROM flows"));
    }

    [Fact]
    public async Task While_files_of_the_first_version_come_a_question_for_them_is_told_to_wait_and_others_are_answered()
    {
        await replica.AddDayAsync(0);
        await replica.Lake.AddCoverageAsync(TestFlows.MakeCoverage(1, 30));
        using var catalog = replica.Open(long.MaxValue);
        Assert.True(await catalog.RefreshAsync(Token));
        Assert.True(PartialReplica.Refused(catalog, "SELECT count(*) FROM flows").NotHere!.AreComing);
        Assert.Equal(30L, PartialReplica.Ask(catalog, "SELECT count(*) FROM coverage"));
        Assert.Equal(1, catalog.Replica.FilesComing);
        Assert.False(await catalog.FetchAheadAsync(Token));
        Assert.Equal(60L, PartialReplica.Ask(catalog, "SELECT count(*) FROM flows"));
        Assert.Equal(1, catalog.SnapshotsHeld);
    }

    [Fact]
    public async Task Two_catalogs_share_a_folder_and_neither_takes_a_file_from_the_other()
    {
        for (var day = 0; day < 4; day++)
            await replica.AddDayAsync(day);
        using var large = replica.Open(long.MaxValue);
        await PartialReplica.FollowAsync(large);
        var downloads = replica.Store.Downloads.Count;
        var budget = await replica.BudgetAsync(files: 1);
        using (var small = replica.Open(budget))
        {
            await PartialReplica.FollowAsync(small);
            Assert.NotNull(PartialReplica.Refused(small, "SELECT count(*) FROM flows").NotHere);
            Assert.Equal(60L, PartialReplica.Ask(small, "SELECT count(*) FROM flows WHERE date = '2026-11-13'"));
        }

        Assert.Equal(downloads, replica.Store.Downloads.Count);
        Assert.Equal(240L, PartialReplica.Ask(large, "SELECT count(*) FROM flows"));
        Assert.Equal(4, replica.FilesHere().Count);
    }
}
