using FlowLake.Ingest;
using FlowLake.Ingest.Batches;
using FlowLake.Ingest.Inbox;
using FlowLake.Ingest.Rounds;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Tests.Lake.Tables;
using Xunit;

namespace FlowLake.Tests.Ingest;

/// <summary>A process that dies at every single step of a round, one after the other, with the real engine on a real directory.</summary>
public sealed class IngestStepTests
{
    private const int StepsMax = 90;

    [Theory]
    [InlineData(nameof(DyingMoment.Before))]
    [InlineData(nameof(DyingMoment.After))]
    [InlineData(nameof(DyingMoment.Halfway))]
    public async Task Whatever_step_a_process_dies_at_the_next_one_leaves_every_row_once(string moment)
    {
        var dying = Enum.Parse<DyingMoment>(moment);
        var steps = await DyingStore.AtEachStepAsync(step => DieAtAsync(step, dying), StepsMax);

        // These are the steps there are; each was died at.
        Assert.Contains(steps, step => step == "delete");
        if (dying == DyingMoment.Halfway)
            return;
        Assert.Contains(steps, step => step.StartsWith("copy to quarantine/", StringComparison.Ordinal));
        Assert.Contains(steps, step => step.StartsWith("put quarantine/", StringComparison.Ordinal));
        Assert.Contains(steps, step => step.StartsWith("upload flows/", StringComparison.Ordinal));
        Assert.Contains(steps, step => step.StartsWith("put if absent flows/", StringComparison.Ordinal));
        Assert.Contains(steps, step => step.StartsWith("upload coverage/", StringComparison.Ordinal));
        Assert.Contains(steps, step => step.StartsWith("put if absent coverage/", StringComparison.Ordinal));
        Assert.Contains(steps, step => step.StartsWith("upload dns/", StringComparison.Ordinal));
        Assert.Contains(steps, step => step.StartsWith("put if absent drops/", StringComparison.Ordinal));
    }

    // Returns the step died at, null when the round was over before.
    private static async Task<string?> DieAtAsync(int step, DyingMoment moment)
    {
        using var folder = new TemporaryFolder();
        var options = new IngestOptions { Lake = folder.File("lake"), WorkFolder = folder.File("work"), Log = TextWriter.Null, Threads = 1 };
        using var store = ObjectStores.Open(options.Lake);
        var now = TimeProvider.System.GetUtcNow();
        InboxSource[] sources = [new(store, "node-a", "zone-a", now.AddHours(-1)), new(store, "node-b", null, now.AddHours(-1))];
        foreach (var source in sources)
        {
            await source.PutWithSidesAsync(3, dns: 2, drops: 1);
            await source.PutSideAsync("dns", path => File.WriteAllText(path, "the side object of a bad file"));
            await source.PutFileAsync(path => File.WriteAllText(path, "this is no Parquet file"));
            await source.PutAsync(2);
        }

        using var dying = new DyingStore(store, step, moment);
        var died = await Record.ExceptionAsync(() => RoundAsync(dying, options));
        Assert.Equal(died is null, dying.DiedAt is null);

        await IngestService.RunAsync(options, follow: false, TestContext.Current.CancellationToken);
        var flows = (await DeltaChecker.CheckAsync(store, "flows", folder.Path)).Sound();
        Assert.Equal([[10L, sources.Sum(source => source.Payload)]], flows.Ask("SELECT count(*), sum(payload_to_server)::BIGINT FROM rows"));
        Assert.Equal(4, (await DeltaChecker.CheckAsync(store, "coverage", folder.Path)).Sound().Rows);
        Assert.Empty(await store.ListAsync("inbox/").ToListAsync(TestContext.Current.CancellationToken));
        var dns = (await DeltaChecker.CheckAsync(store, "dns", folder.Path)).Sound();
        Assert.Equal([[4L, sources.Sum(source => source.Queries)]], dns.Ask("SELECT count(*), sum(queries)::BIGINT FROM rows"));
        var drops = (await DeltaChecker.CheckAsync(store, "drops", folder.Path)).Sound();
        Assert.Equal([[2L, sources.Sum(source => source.Drops)]], drops.Ask("SELECT count(*), sum(packets)::BIGINT FROM rows"));
        Assert.Equal(6, await store.ListAsync("quarantine/").CountAsync(TestContext.Current.CancellationToken));
        return dying.DiedAt;
    }

    private static async Task RoundAsync(IObjectStore store, IngestOptions options)
    {
        var ingestor = new Ingestor(
            store,
            [.. LakeTables.All.Select(table => new TableLog(store, table, TimeProvider.System))],
            new BatchBuilder(store, options.WorkFolder, options, TimeProvider.System),
            TimeProvider.System,
            options.Log);
        await ingestor.RunAsync(await new InboxListing(store, 100, long.MaxValue).NextAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
    }
}
