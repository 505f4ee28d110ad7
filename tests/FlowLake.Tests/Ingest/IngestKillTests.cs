using FlowLake.Ingest;
using FlowLake.Lake.Objects;
using FlowLake.Schemas.Inbox;
using FlowLake.Tests.Lake.Objects;
using FlowLake.Tests.Lake.Tables;
using Xunit;

namespace FlowLake.Tests.Ingest;

/// <summary>Two real processes at once on one lake, killed at moments chance picks and started again, while agents go on putting files.</summary>
[Collection(S3ServerCollection.Name)]
public sealed class IngestKillTests(S3ServerFixture s3) : IDisposable
{
    private const int Kills = 24;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public Task Killed_again_and_again_on_a_directory_every_row_is_there_once() => RunAsync(folder.File("lake"));

    [Fact]
    public async Task Killed_again_and_again_on_s3_every_row_is_there_once() => await RunAsync(await s3.CreateLakeAsync("lake"));

    private async Task RunAsync(string lake)
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        using var store = ObjectStores.Open(lake);
        var firstWindow = TimeProvider.System.GetUtcNow().AddHours(-3);
        InboxSource[] sources = [.. Enumerable.Range(0, 5).Select(node => new InboxSource(store, $"node-{node}", $"zone-{node % 3}", firstWindow))];
        var (log, badFiles) = await IngestUnderFireAsync(lake, sources, random);
        await IngestService.RunAsync(new IngestOptions { Lake = lake, WorkFolder = folder.File("work"), Log = TextWriter.Null }, follow: false, TestContext.Current.CancellationToken);
        var flows = (await DeltaChecker.CheckAsync(store, "flows", folder.Path)).Sound();
        Assert.Equal([[sources.Sum(source => source.Rows), sources.Sum(source => source.Payload)]], flows.Ask("SELECT count(*), sum(payload_to_server)::BIGINT FROM rows"));
        var coverage = (await DeltaChecker.CheckAsync(store, "coverage", folder.Path)).Sound();
        Assert.Equal([[(long)((Kills * sources.Length) - badFiles), sources.Sum(source => source.Rows)]], coverage.Ask("SELECT count(*), sum(amount)::BIGINT FROM rows"));
        var dns = (await DeltaChecker.CheckAsync(store, "dns", folder.Path)).Sound();
        Assert.Equal([[sources.Sum(source => source.Queries)]], dns.Ask("SELECT sum(queries)::BIGINT FROM rows"));
        var drops = (await DeltaChecker.CheckAsync(store, "drops", folder.Path)).Sound();
        Assert.Equal([[sources.Sum(source => source.Drops)]], drops.Ask("SELECT sum(packets)::BIGINT FROM rows"));
        Assert.All(sources, source => Assert.Equal(Kills, flows.Transactions[source.Stream.AppId]));
        var (inbox, quarantine) = (0, 0);
        await foreach (var stored in store.ListAsync("", cancellationToken: TestContext.Current.CancellationToken))
        {
            inbox += stored.Key.StartsWith(InboxKey.Prefix, StringComparison.Ordinal) ? 1 : 0;
            quarantine += stored.Key.StartsWith("quarantine/", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.Equal((0, badFiles * 2), (inbox, quarantine));
        Assert.Contains("ingest: flows version", log, StringComparison.Ordinal);
        Assert.Equal(["work"], Directory.EnumerateDirectories(folder.Path).Select(Path.GetFileName).Where(name => name!.StartsWith("work", StringComparison.Ordinal)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.File("work")));
    }

    // Returns what the processes said, and how many bad files were put.
    private async Task<(string Log, int BadFiles)> IngestUnderFireAsync(string lake, InboxSource[] sources, Random random)
    {
        IngestProcess[] ingests = [Start(lake), Start(lake)];
        var (log, badFiles) = ("", 0);
        try
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                foreach (var source in sources)
                {
                    if (random.Next(12) != 0)
                    {
                        await source.PutWithSidesAsync(random.Next(40), dns: random.Next(4), drops: random.Next(3));
                        continue;
                    }

                    await source.PutFileAsync(path => File.WriteAllText(path, "this is no Parquet file"));
                    badFiles++;
                }

                // From its start on, a process takes some 300 ms to its first round and 100 ms for a round.
                var victim = random.Next(2);
                await ingests[victim].FollowsAsync();
                await Task.Delay(random.Next(400), TestContext.Current.CancellationToken);
                // A slow machine may kill each before its first round; now and then one of the two is let come to a commit.
                while (kill % 8 == 7 && !ingests.Any(ingest => ingest.Log.Contains("ingest: flows version", StringComparison.Ordinal)))
                    await Task.Delay(20, TestContext.Current.CancellationToken);
                await ingests[victim].KillAsync();
                log += ingests[victim].Log;
                ingests[victim].Dispose();
                ingests[victim] = Start(lake);
            }

            foreach (var ingest in ingests)
            {
                await ingest.FollowsAsync();
                Assert.Equal(0, await ingest.StopAsync());
                log += ingest.Log;
            }

            return (log, badFiles);
        }
        finally
        {
            foreach (var ingest in ingests)
                ingest.Dispose();
        }
    }

    private IngestProcess Start(string lake) => IngestProcess.Follow(lake, folder.File("work"));
}
