using System.Globalization;
using FlowLake.Ingest.Maintenance;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using FlowLake.Tests.Lake.Tables;
using Xunit;

namespace FlowLake.Tests.Ingest.Maintenance;

public sealed class CompactorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_compacted_partition_has_the_same_rows_in_the_tables_order_in_few_files()
    {
        using var lake = new MaintainedLake();
        for (var minute = 0; minute < 5; minute++)
            await lake.AppendAsync(minute);
        await lake.RollUpAsync();
        var log = new TableLog(lake.Store, FlowColumns.Table, TimeProvider.System);
        var snapshot = await log.LoadAsync(cancellationToken: Token);
        Assert.Equal(15, snapshot.Files.Count);

        foreach (var group in CompactionPlan.Plan(snapshot, snapshot.Version, MaintainedLake.Start.AddDays(3), CompactionAim.Rows))
        {
            var (_, add) = await new Compactor(lake.Store, lake.Engine, TimeProvider.System).StageAsync(FlowColumns.Table, group, Token);
            Assert.Equal(group.DataVersion, DataVersion.Of(add));
            DeltaAction[] actions = [.. group.Files.Select(file => new RemoveAction(file.Path, 0, false, true, file.PartitionValues, file.Size)), add];
            snapshot = Assert.IsType<CommitResult.Committed>(await log.TryCommitAsync(snapshot, "OPTIMIZE", actions, cancellationToken: Token)).Snapshot;
        }

        Assert.Equal(3, snapshot.Files.Count);
        await lake.AssertSoundAsync();
        Assert.Empty(Directory.EnumerateFileSystemEntries(lake.Engine.WorkFolder));
        using var database = DuckDatabase.Open(new DuckOptions { Threads = 1 });
        using var connection = database.Connect();
        foreach (var add in snapshot.Files.Values)
        {
            var file = DuckSql.Literal(lake.Store.LocalPath($"flows/{DeltaPath.Decode(add.Path)}")!);
            Assert.Equal(0, connection.Scalar<long>($"""
                SELECT count(*) FROM (
                    SELECT row_number() OVER (ORDER BY {string.Join(", ", FlowColumns.Table.SortOrder)}, file_row_number) - 1 AS place, file_row_number
                    FROM read_parquet({file}, file_row_number = true, hive_partitioning = false))
                WHERE place <> file_row_number
                """));
        }

        string[] paths = [.. snapshot.Files.Values.Select(add => lake.Store.LocalPath($"flows/{DeltaPath.Decode(add.Path)}")!)];
        var read = await IndependentReaders.ReadAsync(paths);
        Assert.Equal(
            connection.Scalar<long>($"SELECT sum(payload_to_client)::BIGINT FROM read_parquet({DuckSql.Literals(paths)}, hive_partitioning = false)"),
            paths.SelectMany(path => read[path].Agreed()).Sum(row => long.Parse(row.GetProperty("payload_to_client").GetString()!, CultureInfo.InvariantCulture)));
    }
}
