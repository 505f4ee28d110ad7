using System.Collections.Immutable;
using System.Text;
using FlowLake.Ingest.Maintenance;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.DeltaLog;

namespace FlowLake.Tests.Ingest.Rounds.Simulation;

/// <summary>One process's upkeep of one table: the real tasks, and a compaction that joins lines of two data files.</summary>
internal sealed class SimulatedMaintenance(SimulatedClient client, TableLog log, TurnClock clock, Random random)
{
    private readonly MaintenanceTarget target = new(client, log, clock, DryRun: false);

    public async Task RunAsync()
    {
        IMaintenanceTask[] tasks = [new CheckpointTask(1 + random.Next(4)), new VacuumTask(TimeSpan.FromHours(2)), new LogCleanupTask()];
        await target.RefreshAsync(default);
        if (!target.Snapshot.Exists)
            return;
        var choice = random.Next(tasks.Length + 1);
        if (choice < tasks.Length)
            await tasks[choice].RunAsync(target, default);
        else
            await CompactAsync();
    }

    private async Task CompactAsync()
    {
        var partition = target.Snapshot.Files.Values.GroupBy(add => add.PartitionValues["zone"]).FirstOrDefault(files => files.Count() > 1);
        if (partition is null)
            return;
        ImmutableArray<AddAction> removed = [.. partition.Take(2)];
        var lines = new List<string>();
        foreach (var add in removed)
            lines.Add(Encoding.UTF8.GetString(await client.ReadAsync(log.Folder + DeltaPath.Decode(add.Path)) ?? throw new InvalidOperationException($"{add.Path} of the newest version is gone")));
        var path = $"date=2026-11-21/compacted-{random.Next():x8}.parquet";
        var content = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        await client.PutAsync(log.Folder + path, content);
        var added = removed[0] with { Path = path, Size = content.Length, ModificationTime = clock.GetUtcNow().ToUnixTimeMilliseconds() };
        if (!await target.TryCommitAsync("OPTIMIZE", new TableRewrite(removed, [added], DataChange: false)))
            await client.DeleteAsync([log.Folder + path]);
    }
}
