using FlowLake.Lake.Duck;
using FlowLake.QueryApi.Relations;
using Xunit;

namespace FlowLake.Tests.QueryApi.Relations;

/// <summary>Snapshots: what they show, how long they stay, and what the engine under them may do.</summary>
public sealed class FlowCatalogTests : IDisposable
{
    private readonly TestLake lake = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => lake.Dispose();

    [Fact]
    public async Task An_empty_lake_has_empty_views_with_all_their_columns()
    {
        using var catalog = lake.OpenCatalog();
        Assert.False(await catalog.RefreshAsync(Token));
        Assert.Equal("-1.-1.-1.-1", catalog.Version.ToString());
        using var lease = catalog.Acquire();
        using var connection = lease.Connect(FlowRelations.All);
        foreach (var relation in FlowRelations.All)
        {
            using var result = connection.QueryMaterialized($"SELECT * FROM {relation.Name}");
            Assert.Equal(relation.Columns.Select(column => (column.Name, column.SqlType)), result.Columns.Select(column => (column.Name, column.Type.ToString())));
            Assert.False(result.Read());
        }
    }

    [Fact]
    public async Task Partition_values_come_from_the_log_and_not_from_the_path()
    {
        var flows = TestFlows.Make(7, 120);
        await lake.AddFlowsAsync(flows, folder: (_, _) => "flows/date=1999-01-01/zone=liar");
        using var catalog = lake.OpenCatalog();
        await catalog.RefreshAsync(Token);
        using var lease = catalog.Acquire();
        using var connection = lease.Connect(FlowRelations.All);
        var expected = flows.GroupBy(flow => (Date: DateOnly.FromDateTime(flow.WindowStart.UtcDateTime), flow.Zone)).Select(group => (group.Key.Date, group.Key.Zone, (long)group.Count()));
        using var result = connection.Query("SELECT date, zone, count(*) FROM flow_rows GROUP BY ALL");
        Assert.Equal(expected.ToHashSet(), result.Rows().Select(row => ((DateOnly)row[0]!, (string?)row[1], (long)row[2]!)).ToHashSet());
    }

    [Fact]
    public async Task Files_of_an_older_schema_show_null_where_they_lack_a_column()
    {
        var (older, newer) = (TestFlows.Make(8, 50), TestFlows.Make(9, 60));
        await lake.AddFlowsAsync(older, without: ["drops", "srtt_us_sum"], generation: 1);
        await lake.AddFlowsAsync(newer, generation: 2);
        using var catalog = lake.OpenCatalog();
        await catalog.RefreshAsync(Token);
        using var lease = catalog.Acquire();
        using var connection = lease.Connect(FlowRelations.All);
        Assert.Equal(older.Count, connection.Scalar<long>("SELECT count(*) FROM flow_rows WHERE srtt_us_sum IS NULL AND drops IS NULL"));
        Assert.Equal(newer.Sum(flow => flow.SrttUsSum), connection.Scalar<long>("SELECT sum(srtt_us_sum)::BIGINT FROM flow_rows"));
        Assert.Equal(lake.Flows.Sum(flow => flow.PayloadToServer), connection.Scalar<long>("SELECT sum(payload_to_server)::BIGINT FROM flow_rows"));
    }

    [Fact]
    public async Task A_held_snapshot_stays_as_it_was_and_goes_when_nobody_holds_it()
    {
        await lake.AddFlowsAsync(TestFlows.Make(10, 30));
        using var catalog = lake.OpenCatalog(new CatalogOptions { CacheFolder = lake.CacheFolder, SnapshotHold = TimeSpan.Zero });
        await catalog.RefreshAsync(Token);
        var before = lake.Flows.Count;
        var held = catalog.Acquire();
        await lake.AddFlowsAsync(TestFlows.Make(11, 40));
        Assert.True(await catalog.RefreshAsync(Token));
        Assert.Equal("0.-1.-1.-1", held.Version.ToString());
        Assert.Equal("1.-1.-1.-1", catalog.Version.ToString());
        using (var connection = held.Connect(FlowRelations.All))
            Assert.Equal(before, connection.Scalar<long>("SELECT count(*) FROM flow_rows"));
        using (var again = catalog.Acquire(SnapshotChoice.Of(held.Version), RowScope.All))
            Assert.NotNull(again);
        held.Dispose();
        await catalog.RefreshAsync(Token);
        Assert.Equal(1, catalog.SnapshotsHeld);
        Assert.Null(catalog.Acquire(SnapshotChoice.Of(SnapshotVersion.Of([0, -1, -1, -1])), RowScope.All));
        using var newest = catalog.Acquire();
        using var other = newest.Connect(FlowRelations.All);
        Assert.Equal(lake.Flows.Count, other.Scalar<long>("SELECT count(*) FROM flow_rows"));
    }

    [Fact]
    public async Task No_more_snapshots_are_kept_than_allowed()
    {
        using var catalog = lake.OpenCatalog(new CatalogOptions { CacheFolder = lake.CacheFolder, SnapshotsMax = 2 });
        for (var version = 0; version < 5; version++)
        {
            await lake.AddFlowsAsync(TestFlows.Make(version, 5));
            await catalog.RefreshAsync(Token);
        }

        Assert.Equal(2, catalog.SnapshotsHeld);
    }

    [Theory]
    [InlineData("COPY (SELECT 1) TO '/tmp/flowlake-tests-written'")]
    [InlineData("SET GLOBAL enable_external_access = true")]
    [InlineData("SET GLOBAL memory_limit = '1TB'")]
    [InlineData("SELECT * FROM read_text('/etc/passwd')")]
    [InlineData("INSTALL httpfs")]
    [InlineData("LOAD '/tmp/x.duckdb_extension'")]
    public async Task The_engine_refuses_by_itself_too(string sql)
    {
        using var catalog = lake.OpenCatalog();
        await catalog.RefreshAsync(Token);
        using var lease = catalog.Acquire();
        using var connection = lease.Connect(FlowRelations.All);
        Assert.Throws<DuckException>(() => connection.Execute(sql));
    }

    [Fact]
    public async Task A_lake_in_a_folder_with_an_odd_name_is_read()
    {
        using var odd = new TestLake(" [x] *? 'é\" %41");
        await odd.AddFlowsAsync(TestFlows.Make(12, 50));
        using var catalog = odd.OpenCatalog();
        await catalog.RefreshAsync(Token);
        using var lease = catalog.Acquire();
        using var connection = lease.Connect(FlowRelations.All);
        Assert.Equal(odd.Flows.Sum(flow => flow.PayloadToServer), connection.Scalar<long>("SELECT sum(payload_to_server)::BIGINT FROM flow_rows"));
    }

    [Fact]
    public void What_an_ended_process_left_behind_is_removed()
    {
        var left = Path.Combine(lake.CacheFolder, "links", "left");
        Directory.CreateDirectory(left);
        File.WriteAllText(left + ".lock", "");
        using var first = lake.OpenCatalog();
        using var second = lake.OpenCatalog();
        Assert.False(Directory.Exists(left));
        Assert.Equal(2, Directory.GetDirectories(Path.Combine(lake.CacheFolder, "links")).Length);
    }
}
