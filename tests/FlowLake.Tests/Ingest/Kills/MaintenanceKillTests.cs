using System.Collections.Immutable;
using FlowLake.Ingest;
using FlowLake.Ingest.Maintenance;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Rollups;
using FlowLake.Tests.Lake.Objects;
using Xunit;

namespace FlowLake.Tests.Ingest.Kills;

/// <summary>Two real processes of maintenance on one lake, killed at each named step of rollup, compaction, checkpoint and vacuum.</summary>
[Collection(S3ServerCollection.Name)]
public sealed class MaintenanceKillTests(S3ServerFixture s3) : IDisposable
{
    private static readonly ImmutableArray<KillStep> steps =
    [
        .. RollupTables.All.Select(rollup => KillStep.Put($"upload sums of {rollup.Table.Name}", $@"/lake/{rollup.Table.Name}/date.*\.parquet")),
        .. RollupTables.All.Select(rollup => KillStep.Put($"commit {rollup.Table.Name}", $@"/lake/{rollup.Table.Name}/_delta_log/\d+\.json")),
        KillStep.Read("read a file to be compacted", @"/lake/flows/date.*\.parquet"),
        KillStep.Local("write a compacted file", @"/out-0\.parquet"),
        KillStep.Local("pack a compacted file", @"/out-1\.parquet"),
        KillStep.Put("upload a compacted file", @"/lake/flows/date.*\.parquet"),
        KillStep.Put("commit a compaction", @"/lake/flows/_delta_log/\d+\.json"),
        KillStep.Put("write a checkpoint", @"/lake/flows/_delta_log/\d+\.checkpoint\.parquet"),
        KillStep.Put("point at a checkpoint", @"/lake/flows/_delta_log/_last_checkpoint"),
        KillStep.List("list what vacuum looks at", "lake/flows/"),
        // Only a directory's files can be made old enough for vacuum by a test.
        KillStep.Delete("vacuum", @"/lake/flows/date.*\.parquet") with { Request = null },
    ];

    private readonly TemporaryFolder folder = new();
    private int strays;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Killed_at_each_step_on_a_directory_every_row_is_there_once()
    {
        await using var trap = new DirectoryStepTrap(folder.Path);
        await RunAsync(trap, KillRun.Rounds(inSuite: 3));
    }

    [Fact]
    public async Task Killed_at_each_step_on_s3_every_row_is_there_once()
    {
        await using var trap = await S3StepTrap.CreateAsync(s3, KillRun.Processes);
        await RunAsync(trap, KillRun.Rounds(inSuite: 3));
    }

    private async Task RunAsync(IStepTrap trap, int rounds)
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        // Of days that are over, so that three files of a partition are one too many.
        var firstWindow = TimeProvider.System.GetUtcNow().AddDays(-3);
        InboxSource[] sources = [.. Enumerable.Range(0, 2).Select(node => new InboxSource(trap.Store, $"node-{node}", $"zone-{node}", firstWindow))];
        var options = new IngestOptions { Lake = trap.LakeFor(0), WorkFolder = folder.File("ingest"), Log = TextWriter.Null, Threads = 1 };
        using var run = new KillRun(trap, lake => IngestProcess.Maintain(lake, folder.File("work")));
        await run.RunAsync(steps, rounds, random, PutAsync);
        await run.EndAsync(process => process.EndAsync());
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}, {rounds} rounds, {run.Kills} processes killed");
        Assert.InRange(run.Kills, rounds, rounds * KillRun.Processes);

        // As often as the killed ones: one that died between a checkpoint and the hint to it left the hint to whoever comes next.
        var upkeep = new MaintenanceOptions { Engine = new MaintenanceEngine { WorkFolder = folder.File("upkeep"), Threads = 1 }, CheckpointVersions = 1 };
        await new MaintenanceService(
            trap.Store, [.. LakeTables.WithRollups.Select(table => new TableLog(trap.Store, table, TimeProvider.System))], upkeep, TimeProvider.System, TextWriter.Null).RunAsync(Token);
        var flows = await ExactlyOnce.AssertTablesAsync(trap.Store, sources, folder.Path);
        Assert.InRange(flows.Files, 1, flows.Ask("SELECT DISTINCT date, zone FROM rows").Count * CompactionAim.Rows.SettledFilesMax);
        await ExactlyOnce.AssertRollupsAsync(trap.Store, flows, folder.Path);
        // What a killed process left goes with the next one's start.
        ProcessFolder.Open(folder.File("work")).Dispose();
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.File("work")));

        // Work for every step: files to write together and to add up, versions to checkpoint, and a file no log names.
        async Task PutAsync()
        {
            for (var file = 0; file < 3; file++)
            {
                foreach (var source in sources)
                    await source.PutAsync(1 + random.Next(20));
                await IngestService.RunAsync(options, follow: false, Token);
            }

            var stray = $"flows/date=2026-01-01/zone=zone-0/stray-{strays++}.parquet";
            await trap.Store.PutAsync(stray, "of an ingest that died"u8.ToArray(), Token);
            if (trap.Store.LocalPath(stray) is { } path)
                File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(-2));
        }
    }
}
