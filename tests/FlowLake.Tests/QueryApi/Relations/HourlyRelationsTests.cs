using FlowLake.Ingest.Maintenance;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Tables;
using FlowLake.QueryApi.Relations;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Rollups;
using FlowLake.Schemas.Tables;
using FlowLake.Tests.Ingest.Maintenance;
using Xunit;

namespace FlowLake.Tests.QueryApi.Relations;

/// <summary>Hourly relations over a lake in every state of its rollups: always the sums of the raw rows.</summary>
public sealed class HourlyRelationsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rollup_and_tail_make_up_the_raw_rows_at_every_moment()
    {
        using var lake = new MaintainedLake();
        using var catalog = FlowCatalog.Open(lake.Store, new CatalogOptions { CacheFolder = lake.CacheFolder, Threads = 1 }, TimeProvider.System);
        await lake.AppendAsync(0);
        await AssertRawAsync(catalog);
        await lake.RollUpAsync();
        Assert.True(await catalog.RefreshAsync(Token));
        await AssertRawAsync(catalog);
        await lake.AppendAsync(100);
        await lake.AppendAsync(-3_000);
        await AssertRawAsync(catalog);
        await lake.RollUpAsync();
        await AssertRawAsync(catalog);
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 6)];

    [Theory, MemberData(nameof(Seeds))]
    public async Task Whatever_parts_maintenance_added_up_they_make_up_the_raw_rows(int seed)
    {
        using var lake = new MaintainedLake();
        using var catalog = FlowCatalog.Open(lake.Store, new CatalogOptions { CacheFolder = lake.CacheFolder, Threads = 1 }, TimeProvider.System);
        var random = new Random(seed);
        await lake.AppendAsync(0);
        for (var turn = 0; turn < 10; turn++)
        {
            switch (random.Next(4))
            {
                case 0: await lake.MaintainAsync(); break;
                case 1: await lake.RollUpAsync(); break;
                // Some hours, some across midnight or late, some of ends that call themselves.
                default: await lake.AppendAsync(random.Next(-1_500, 200), change: random.Next(3) > 0 ? null : row => row with { IsPrimary = true, Server = row.Client }); break;
            }

            await AssertRawAsync(catalog);
        }

        await lake.MaintainAsync();
        await lake.AssertSoundAsync();
        await AssertRawAsync(catalog);
        await AssertWholeAsync(lake);
    }

    [Fact]
    public async Task Sums_of_an_older_FlowLake_are_added_up_and_become_whole_days()
    {
        using var lake = new MaintainedLake();
        using var catalog = FlowCatalog.Open(lake.Store, new CatalogOptions { CacheFolder = lake.CacheFolder, Threads = 1 }, TimeProvider.System);
        await lake.AppendAsync(0);
        await lake.AppendAsync(-1_500);
        foreach (var rollup in RollupTables.All)
        {
            var older = rollup with { Table = rollup.Table with { Columns = [.. rollup.PartColumns], SchemaGeneration = 1 } };
            await new RollupBuilder(lake.Store, older, lake.Engine, TimeProvider.System).RunAsync(await lake.FlowsAsync(), Token);
            Assert.Empty(RollupDays.Whole(await LoadAsync(lake, rollup.Table), await lake.FlowsAsync()));
        }

        await AssertRawAsync(catalog);
        await lake.AppendAsync(1);
        await lake.RollUpAsync();
        await AssertRawAsync(catalog);
        await lake.MaintainAsync();
        await lake.AssertSoundAsync();
        await AssertRawAsync(catalog);
        await AssertWholeAsync(lake);
    }

    private static async Task AssertWholeAsync(MaintainedLake lake)
    {
        var flows = await lake.FlowsAsync();
        var days = flows.Files.Values.Select(RollupDays.DateOf).Distinct().Order(StringComparer.Ordinal);
        foreach (var rollup in RollupTables.All)
            Assert.Equal(days, RollupDays.Whole(await LoadAsync(lake, rollup.Table), flows).Order(StringComparer.Ordinal));
    }

    private static Task<TableSnapshot> LoadAsync(MaintainedLake lake, TableDefinition table) => new TableLog(lake.Store, table, TimeProvider.System).LoadAsync(cancellationToken: Token);

    private static async Task AssertRawAsync(FlowCatalog catalog)
    {
        await catalog.RefreshAsync(Token);
        using var lease = catalog.Acquire();
        using var connection = lease.Connect(FlowRelations.All);
        const string hour = "make_timestamptz((epoch_us(window_start) // 3600000000) * 3600000000)";
        const string sums = "sum(bytes)::BIGINT, sum(payload)::BIGINT, sum(packets)::BIGINT";
        Assert.NotEmpty(Rows(connection, "SELECT * FROM zone_traffic"));
        Assert.Equal(
            Rows(connection, $"SELECT date, {hour} AS hour, src_zone, dst_zone, {sums} FROM traffic GROUP BY ALL ORDER BY ALL"),
            Rows(connection, "SELECT date, hour, src_zone, dst_zone, bytes, payload, packets FROM zone_traffic ORDER BY ALL"));
        Assert.Equal(
            Rows(connection, $"SELECT date, {hour} AS hour, src_kind, dst_kind, src_namespace, dst_namespace, src_workload, dst_workload, src_zone, dst_zone, {sums} FROM traffic GROUP BY ALL ORDER BY ALL"),
            Rows(connection, "SELECT date, hour, src_kind, dst_kind, src_namespace, dst_namespace, src_workload, dst_workload, src_zone, dst_zone, bytes, payload, packets FROM pair_traffic ORDER BY ALL"));
        Assert.Equal(
            Rows(connection, $"SELECT {hour} AS hour, client_namespace, server_namespace, client_workload, server_workload, client_zone, server_zone, sum(connections_opened)::BIGINT AS opened FROM flows GROUP BY ALL HAVING opened > 0 ORDER BY ALL"),
            Rows(connection, "SELECT hour, src_namespace, dst_namespace, src_workload, dst_workload, src_zone, dst_zone, sum(connections)::BIGINT FROM pair_traffic GROUP BY ALL HAVING sum(connections) > 0 ORDER BY ALL"));
        Assert.Equal(connection.Scalar<long>("SELECT sum(connections_opened)::BIGINT FROM flows"), connection.Scalar<long>("SELECT sum(connections)::BIGINT FROM pair_traffic"));
    }

    private static List<string> Rows(DuckConnection connection, string sql)
    {
        using var result = connection.Query(sql);
        return [.. result.Rows().Select(row => string.Join('|', row.Select(value => value?.ToString() ?? "NULL")))];
    }
}
