using FlowLake.Ingest;
using FlowLake.Ingest.Batches;
using FlowLake.Ingest.Inbox;
using FlowLake.Ingest.Maintenance;
using FlowLake.Ingest.Rounds;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.QueryApi.Relations;
using FlowLake.Tests.Ingest;
using Xunit;

namespace FlowLake.Tests.Infra;

/// <summary>Holds the policies against what the programs really do: nothing they do is refused, and nothing they are allowed is never done.</summary>
[Collection(InfraCollection.Name)]
public sealed class AccessInUseTests(SynthesisedStack stack) : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Ingest_is_allowed_all_it_does_and_nothing_more()
    {
        using var store = ObjectStores.Open(folder.File("lake"));
        using var witness = new WitnessStore(store);
        // A rival takes everything just before our commit to a table, so that ours loses the race and drops what it staged.
        foreach (var table in LakeTables.All)
        {
            await FillInboxAsync(store);
            witness.BeforeCommit = key => key.StartsWith(table.Name, StringComparison.Ordinal) ? IngestAsync(store, "rival") : Task.CompletedTask;
            await IngestAsync(witness, "overtaken");
        }

        // A failure between the commits of two tables: the second table asks later whether what the first one passed was bad.
        await FillInboxAsync(store);
        witness.BeforeCommit = key => key.StartsWith("coverage/", StringComparison.Ordinal) ? throw new IOException("the network is gone") : Task.CompletedTask;
        await Assert.ThrowsAsync<IOException>(() => IngestAsync(witness, "interrupted"));
        witness.BeforeCommit = _ => Task.CompletedTask;
        await IngestAsync(witness, "again");

        // Upkeep while every row is kept, later, and after the log's retention: rollups, a checkpoint, days past the retention, and versions below the checkpoint.
        foreach (var time in new[] { Now, TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddDays(40) })
        {
            var clock = new StandingClock(time);
            var options = new MaintenanceOptions { CheckpointVersions = 1, Retention = TimeSpan.FromDays(1), RollupRetention = TimeSpan.FromDays(1), Engine = new MaintenanceEngine { WorkFolder = folder.File("maintenance") } };
            await new MaintenanceService(witness, [.. LakeTables.WithRollups.Select(table => new TableLog(witness, table, clock))], options, clock, TextWriter.Null).RunAsync(TestContext.Current.CancellationToken);
        }

        AssertFits("Ingest", witness);
    }

    [Fact]
    public async Task Queries_are_allowed_all_they_do_and_nothing_more()
    {
        using var store = ObjectStores.Open(folder.File("lake"));
        await FillInboxAsync(store);
        await IngestAsync(store, "ingest");
        using var witness = new WitnessStore(store);
        using var catalog = FlowCatalog.Open(witness, new CatalogOptions { CacheFolder = folder.File("cache") }, TimeProvider.System);
        Assert.True(await catalog.RefreshAsync(TestContext.Current.CancellationToken));
        Assert.False(await catalog.FetchAheadAsync(TestContext.Current.CancellationToken));
        AssertFits("QueryAccess", witness);
    }

    private void AssertFits(string holder, WitnessStore witness)
    {
        var grants = stack.Grants.Where(grant => grant.Holder.StartsWith(holder, StringComparison.Ordinal)).ToList();
        Assert.All(witness.Deeds, deed => Assert.True(grants.Any(grant => grant.Covers(deed.Action, deed.Key)), $"{holder} may not {deed.Action} on {deed.Key}"));
        Assert.All(
            grants.Where(grant => grant.Action.StartsWith("s3:", StringComparison.Ordinal)),
            grant => Assert.True(witness.Deeds.Any(deed => grant.Covers(deed.Action, deed.Key)), $"{holder} may {grant} and never does"));
    }

    private async Task IngestAsync(IObjectStore store, string work)
    {
        var options = new IngestOptions { Lake = folder.File("lake"), Log = TextWriter.Null, Threads = 1 };
        var clock = new StandingClock(Now);
        var loop = new IngestLoop(
            new InboxListing(store, options.FilesPerCommitMax, options.BytesPerCommitMax, options.Share),
            new Ingestor(store, [.. LakeTables.All.Select(table => new TableLog(store, table, clock))], new BatchBuilder(store, folder.File(work), options, clock), clock, TextWriter.Null),
            clock,
            TextWriter.Null);
        await loop.DrainAsync(TestContext.Current.CancellationToken);
    }

    private static async Task FillInboxAsync(IObjectStore store)
    {
        var source = new InboxSource(store, "node-a", "zone-a", Now.AddHours(-1));
        await source.PutWithSidesAsync(5, dns: 2, drops: 2);
        await source.PutFileAsync(path => File.WriteAllText(path, "no Parquet at all"));
        await source.PutWithSidesAsync(rows: 5, dns: 2, drops: 2);
    }
}
