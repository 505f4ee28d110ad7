using System.Collections.Immutable;
using System.Text.RegularExpressions;
using FlowLake.Ingest;
using FlowLake.Ingest.Batches;
using FlowLake.Ingest.Inbox;
using FlowLake.Ingest.Maintenance;
using FlowLake.Ingest.Rounds;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Tables;
using FlowLake.Tests.Lake.Objects;
using Xunit;

namespace FlowLake.Tests.Ingest;

/// <summary>Each kind of fault by itself, through ingest, rollup, compaction and checkpoint on the real S3 server.</summary>
[Collection(S3ServerCollection.Name)]
public sealed class StoreFaultTests(S3ServerFixture s3) : IDisposable
{
    private const int RunsMax = 40;

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(nameof(Fault.CutWithinBody), "GET", 6)]
    [InlineData(nameof(Fault.LengthTooShort), "GET", 6)]
    [InlineData(nameof(Fault.SilenceWithinBody), "GET", 3)]
    [InlineData(nameof(Fault.SilenceAfterwards), "", 3)]
    [InlineData(nameof(Fault.ServerErrorInstead), "", 6)]
    [InlineData(nameof(Fault.SlowDownInstead), "", 6)]
    [InlineData(nameof(Fault.ServerErrorAfterwards), "", 6)]
    public async Task Rows_and_sums_are_exact_whatever_the_store_does(string kind, string requests, int faults)
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        await using var proxy = new FaultProxy(s3.Endpoint);
        var lake = new Uri(await s3.CreateLakeAsync("lake"));
        using var store = ObjectStores.Open(lake.AbsoluteUri);
        using var spoiled = new S3ObjectStore(new S3Address(lake.Host, "lake", proxy.Endpoint, region: null), TimeProvider.System, new S3Timeouts { PutIfAbsent = TimeSpan.FromSeconds(2), Silence = TimeSpan.FromSeconds(3) });
        InboxSource[] sources = [.. Enumerable.Range(0, 2).Select(node => new InboxSource(store, $"node-{node}", $"zone-{node}", TimeProvider.System.GetUtcNow().AddDays(-3)))];
        var struck = 0;
        for (var fault = 0; fault < faults; fault++)
            proxy.Inject(Enum.Parse<Fault>(kind), request => Regex.IsMatch(request, "^" + requests) && random.Next(2) == 0 && Interlocked.Increment(ref struck) > 0);

        for (var run = 0; run < RunsMax && (run < 2 || struck < faults); run++)
        {
            foreach (var source in sources)
                await source.PutWithSidesAsync(random.Next(1, 20), dns: 1, drops: 1);
            await Record.ExceptionAsync(() => RunAsync(spoiled));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}, {struck} faults");
        Assert.Equal(faults, struck);
        await RunAsync(store);
        await ExactlyOnce.AssertRollupsAsync(store, await ExactlyOnce.AssertTablesAsync(store, sources, folder.Path), folder.Path);
        string[] left = await store.ListAsync("", cancellationToken: Token).Select(stored => stored.Key).ToArrayAsync(Token);
        Assert.DoesNotContain(left, key => key.StartsWith("inbox/", StringComparison.Ordinal) || key.StartsWith("quarantine/", StringComparison.Ordinal));
        Assert.Contains(left, key => key.StartsWith("flows/_delta_log/", StringComparison.Ordinal) && key.EndsWith(".checkpoint.parquet", StringComparison.Ordinal));
    }

    private async Task RunAsync(IObjectStore store)
    {
        var options = new IngestOptions { Lake = "given", WorkFolder = folder.File("work"), Threads = 1 };
        ImmutableArray<TableLog> Logs(ImmutableArray<TableDefinition> tables) => [.. tables.Select(table => new TableLog(store, table, TimeProvider.System))];
        var ingestor = new Ingestor(store, Logs(LakeTables.All), new BatchBuilder(store, options.WorkFolder, options, TimeProvider.System), TimeProvider.System, TextWriter.Null);
        await new IngestLoop(new InboxListing(store, 100, options.BytesPerCommitMax), ingestor, TimeProvider.System, TextWriter.Null).DrainAsync(Token);
        var kept = new MaintenanceOptions { CheckpointVersions = 1, Engine = new MaintenanceEngine { WorkFolder = folder.File("upkeep"), Threads = 1 } };
        await new MaintenanceService(store, Logs(LakeTables.WithRollups), kept, TimeProvider.System, TextWriter.Null).RunAsync(Token);
    }
}
