using FlowLake.Lake.Duck;
using FlowLake.QueryApi.Relations;
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
        Assert.Equal(connection.Scalar<long>("SELECT sum(connections_opened)::BIGINT FROM flows"), connection.Scalar<long>("SELECT sum(connections)::BIGINT FROM pair_traffic"));
    }

    private static List<string> Rows(DuckConnection connection, string sql)
    {
        using var result = connection.Query(sql);
        return [.. result.Rows().Select(row => string.Join('|', row.Select(value => value?.ToString() ?? "NULL")))];
    }
}
