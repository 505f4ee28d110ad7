using FlowLake.Ingest;
using FlowLake.Lake.Objects;
using FlowLake.Tests.Lake.Objects;
using FlowLake.Tests.Lake.Tables;
using Xunit;

namespace FlowLake.Tests.Ingest;

/// <summary>Ingest as a whole against a real S3 server whose answers are lost, cut, or lie: put and answered 500 above all.</summary>
[Collection(S3ServerCollection.Name)]
public sealed class IngestFaultTests(S3ServerFixture s3) : IDisposable
{
    private const int Faults = 30;
    private const int RunsMax = 60;

    private static readonly Fault[] kinds = [Fault.ServerErrorAfterwards, Fault.ServerErrorInstead, Fault.CutAfterwards, Fault.CutWithinHead, Fault.CutWithinBody];

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Whatever_the_store_answers_every_row_is_there_once()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await using var proxy = new FaultProxy(s3.Endpoint);
        var spoiled = new Uri(await s3.CreateLakeAsync("lake", proxy.Endpoint));
        using var store = ObjectStores.Open($"s3://{spoiled.Host}/lake?endpoint={s3.Endpoint}");
        InboxSource[] sources = [.. Enumerable.Range(0, 3).Select(node => new InboxSource(store, $"node-{node}", $"zone-{node % 2}", TimeProvider.System.GetUtcNow().AddHours(-1)))];
        var struck = 0;
        for (var fault = 0; fault < Faults; fault++)
            proxy.Inject(kinds[fault % kinds.Length], _ => random.Next(4) == 0 && Interlocked.Increment(ref struck) > 0);

        // Each commit's put is spoiled once more, for it is the one request that is never sent twice.
        foreach (var table in new[] { "flows", "coverage", "dns", "drops" })
            proxy.Inject(Fault.ServerErrorAfterwards, request => request.StartsWith("PUT", StringComparison.Ordinal) && request.Contains($"/{table}/_delta_log/", StringComparison.Ordinal));
        var options = new IngestOptions { Lake = spoiled.AbsoluteUri, WorkFolder = folder.File("work"), Log = TextWriter.Null, FilesPerCommitMax = 7 };
        for (var run = 0; run < RunsMax && (run < 4 || struck < Faults); run++)
        {
            if (run < 4)
            {
                foreach (var source in sources)
                    await source.PutWithSidesAsync(random.Next(1, 20), dns: random.Next(3), drops: random.Next(3));
            }

            await Record.ExceptionAsync(() => IngestService.RunAsync(options, follow: false, Token));
        }

        Assert.Equal(Faults, struck);
        await IngestService.RunAsync(options, follow: false, Token);
        await ExactlyOnce.AssertTablesAsync(store, sources, folder.Path);
        Assert.Equal(12, (await DeltaChecker.CheckAsync(store, "coverage", folder.Path)).Rows);
        Assert.False(await store.ListAsync("inbox/", cancellationToken: Token).AnyAsync(Token));
        Assert.False(await store.ListAsync("quarantine/", cancellationToken: Token).AnyAsync(Token));
    }
}
