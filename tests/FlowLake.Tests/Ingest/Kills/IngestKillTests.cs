using System.Collections.Immutable;
using FlowLake.Ingest;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Inbox;
using FlowLake.Tests.Lake.Objects;
using Xunit;

namespace FlowLake.Tests.Ingest.Kills;

/// <summary>Two real followers on one lake, killed at each named step of a round, while agents go on putting files.</summary>
[Collection(S3ServerCollection.Name)]
public sealed class IngestKillTests(S3ServerFixture s3) : IDisposable
{
    private static readonly ImmutableArray<KillStep> steps =
    [
        KillStep.List("list the inbox", "lake/inbox/"),
        .. LakeTables.All.Select(table => KillStep.List($"load {table.Name}", $"lake/{table.Name}/_delta_log/")),
        KillStep.Local("make the batch's folder", "/out$"),
        KillStep.Read("read an inbox file", @"/inbox/.*/\d+\.parquet"),
        KillStep.Read("read a side object", @"/inbox/.*\.dns\.parquet"),
        .. LakeTables.All.Select(table => KillStep.Local($"write a data file of {table.Name}", $"/out/{table.Name}-")),
        KillStep.Put("copy a side object to quarantine", @"/quarantine/.*\.dns\.parquet"),
        KillStep.Put("copy a bad file to quarantine", @"/quarantine/.*/\d+\.parquet$"),
        KillStep.Put("say why it is bad", @"/quarantine/.*\.reason\.json"),
        KillStep.Local("prepare an object", @"/\.flowlake-tmp/"),
        .. LakeTables.All.Select(table => KillStep.Put($"upload a data file of {table.Name}", $@"/lake/{table.Name}/date.*\.parquet")),
        .. LakeTables.All.Select(table => KillStep.Put($"commit {table.Name}", $@"/lake/{table.Name}/_delta_log/\d+\.json")),
        KillStep.Delete("delete what all tables have passed", "/inbox/"),
    ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Killed_at_each_step_on_a_directory_every_row_is_there_once()
    {
        await using var trap = new DirectoryStepTrap(folder.Path);
        await RunAsync(trap, KillRun.Rounds(inSuite: 6));
    }

    [Fact]
    public async Task Killed_at_each_step_on_s3_every_row_is_there_once()
    {
        await using var trap = await S3StepTrap.CreateAsync(s3, KillRun.Processes);
        await RunAsync(trap, KillRun.Rounds(inSuite: 8));
    }

    private async Task RunAsync(IStepTrap trap, int rounds)
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var firstWindow = TimeProvider.System.GetUtcNow().AddHours(-20);
        InboxSource[] sources = [.. Enumerable.Range(0, 3).Select(node => new InboxSource(trap.Store, $"node-{node}", $"zone-{node % 2}", firstWindow))];
        var badFiles = 0;
        using var run = new KillRun(trap, lake => IngestProcess.Follow(lake, folder.File("work")));
        await run.RunAsync(steps, rounds, random, PutAsync);
        await run.EndAsync(async process =>
        {
            await process.FollowsAsync();
            return await process.StopAsync();
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}, {rounds} rounds, {run.Kills} processes killed");
        Assert.InRange(run.Kills, rounds, rounds * KillRun.Processes);

        await IngestService.RunAsync(new IngestOptions { Lake = trap.LakeFor(0), WorkFolder = folder.File("work"), Log = TextWriter.Null }, follow: false, TestContext.Current.CancellationToken);
        var flows = await ExactlyOnce.AssertTablesAsync(trap.Store, sources, folder.Path);
        Assert.All(sources, source => Assert.Equal(source.NextKey.Sequence - 1, flows.Transactions[source.Stream.AppId]));
        string[] left = await trap.Store.ListAsync("", cancellationToken: TestContext.Current.CancellationToken).Select(stored => stored.Key).ToArrayAsync();
        Assert.DoesNotContain(left, key => key.StartsWith(InboxKey.Prefix, StringComparison.Ordinal));
        // Of each bad file itself, its side object and the reason.
        Assert.Equal(badFiles * 3, left.Count(key => key.StartsWith("quarantine/", StringComparison.Ordinal)));
        ProcessFolder.Open(folder.File("work")).Dispose();
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.File("work")));

        async Task PutAsync()
        {
            var bad = sources[badFiles++ % sources.Length];
            await bad.PutSideAsync("dns", path => File.WriteAllText(path, "the side object of a bad file"));
            await bad.PutFileAsync(path => File.WriteAllText(path, "this is no Parquet file"));
            foreach (var source in sources)
                await source.PutWithSidesAsync(1 + random.Next(20), dns: 1 + random.Next(3), drops: 1 + random.Next(2));
        }
    }
}
