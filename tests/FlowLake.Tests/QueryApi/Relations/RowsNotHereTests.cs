using FlowLake.Lake.Duck;
using FlowLake.QueryApi.Relations;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using FlowLake.Tests.Ingest.Maintenance;
using FlowLake.Tests.Lake.Replicas;
using Xunit;

namespace FlowLake.Tests.QueryApi.Relations;

/// <summary>Questions beyond the raw rows that are here: the rollups answer them, and what they do not, Athena would.</summary>
public sealed class RowsNotHereTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sums_by_hour_are_exact_of_all_times_while_what_no_rollup_covers_is_here()
    {
        using var lake = new MaintainedLake();
        foreach (var minute in new[] { 0, 100, 1_600, 3_000 })
            await lake.AppendAsync(minute);
        await lake.RollUpAsync();
        await lake.AppendAsync(4_500);
        // Late rows, older than all that is here.
        await lake.AppendAsync(-2_000);
        var flows = await lake.FlowsAsync();
        var sums = new[] { "zone_hourly", "pair_hourly" }.Sum(table => Directory.GetFiles(Path.Combine(lake.Folder, table), "*.parquet", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length));
        var tail = flows.Files.Values.Where(file => DataVersion.Of(file) >= flows.Version - 1).Sum(file => file.Size);
        using var whole = FlowCatalog.Open(lake.Store, new CatalogOptions { CacheFolder = lake.CacheFolder, Threads = 1 }, TimeProvider.System);
        await whole.RefreshAsync(Token);
        using var part = FlowCatalog.Open(new FailingStore(lake.Store), new CatalogOptions { CacheFolder = lake.CacheFolder, Threads = 1, ReplicaBytes = (sums + tail) * 100 / 94 }, TimeProvider.System);
        await PartialReplica.FollowAsync(part);
        Assert.NotNull(PartialReplica.Refused(part, "SELECT count(*) FROM flows").NotHere);
        foreach (var relation in new[] { "zone_traffic", "pair_traffic" })
        {
            foreach (var where in new[] { "", "WHERE hour < '2026-11-21 12:00:00+00'", "WHERE date = '2026-11-20'" })
            {
                var sql = $"SELECT * FROM {relation} {where} ORDER BY ALL";
                var rows = PartialReplica.Rows(whole, sql);
                Assert.NotEmpty(rows);
                Assert.Equal(rows, PartialReplica.Rows(part, sql));
            }
        }

        // With less room than that what is missing is said, by the hour.
        using var less = FlowCatalog.Open(new FailingStore(lake.Store), new CatalogOptions { CacheFolder = lake.CacheFolder + "-less", Threads = 1, ReplicaBytes = sums + (tail / 2) }, TimeProvider.System);
        await PartialReplica.FollowAsync(less);
        var refusal = PartialReplica.Refused(less, "SELECT sum(bytes) FROM zone_traffic");
        Assert.Equal("hour", refusal.NotHere!.TimeColumn);
        Assert.Equal((0, 0), (refusal.NotHere.From!.Value.Minute, refusal.NotHere.From.Value.Second));
        Assert.NotNull(PartialReplica.Ask(less, $"SELECT count(*) FROM zone_traffic WHERE hour >= TIMESTAMPTZ '{refusal.NotHere.From:yyyy-MM-dd HH:mm:ss}+00'"));
    }

    [Fact]
    public async Task A_statement_fetches_what_it_needs_where_nothing_is_fetched_ahead()
    {
        using var replica = new PartialReplica();
        for (var day = 0; day < 4; day++)
            await replica.AddDayAsync(day);
        var options = new CatalogOptions { CacheFolder = replica.Lake.CacheFolder, Threads = 1, FetchesAhead = false, ReplicaBytes = await replica.BudgetAsync(files: 2) };
        using var catalog = FlowCatalog.Open(replica.Store, options, TimeProvider.System);
        await PartialReplica.FollowAsync(catalog);
        Assert.Empty(replica.FilesHere());
        var refusal = PartialReplica.Refused(catalog, "SELECT count(*) FROM flows WHERE date = '2026-11-10'");
        Assert.True(await catalog.FetchAsync(refusal.Missing!, Token));
        Assert.Equal(60L, PartialReplica.Ask(catalog, "SELECT count(*) FROM flows WHERE date = '2026-11-10'"));
        Assert.Single(replica.Store.Downloads);
        refusal = PartialReplica.Refused(catalog, "SELECT count(*) FROM flows");
        Assert.False(refusal.NotHere!.AreComing);
        Assert.False(await catalog.FetchAsync(refusal.Missing!, Token));
    }

    [Theory]
    [InlineData("flows")]
    [InlineData("gap_flows")]
    [InlineData("flow_rows")]
    [InlineData("traffic")]
    [InlineData("coverage")]
    [InlineData("zone_traffic")]
    [InlineData("pair_traffic")]
    public async Task The_statement_for_Athena_has_the_relations_rows_within_the_range(string name)
    {
        using var lake = new TestLake();
        await lake.AddFlowsAsync(TestFlows.Make(3, 600));
        await lake.AddCoverageAsync(TestFlows.MakeCoverage(4, 40));
        using var catalog = lake.OpenCatalog();
        await catalog.RefreshAsync(Token);
        using var lease = catalog.Acquire();
        using var connection = lease.Connect(FlowRelations.All);
        // Athena is not to be had here: the engine stands in for it, with the lake's tables under their names there and the two functions it has not.
        connection.Execute("CREATE SCHEMA flowlake");
        connection.Execute($"CREATE TABLE flowlake.flows AS SELECT {DuckSql.Identifiers(FlowColumns.All.Select(column => column.Name))} FROM flow_rows");
        connection.Execute($"CREATE TABLE flowlake.coverage AS SELECT {DuckSql.Identifiers(CoverageColumns.All.Select(column => column.Name))} FROM coverage");
        connection.Execute("CREATE MACRO from_iso8601_timestamp(text) AS CAST(text AS TIMESTAMPTZ)");
        connection.Execute("CREATE MACRO date_add(unit, seconds, since) AS since + to_seconds(seconds)");
        var relation = FlowRelations.Find(name)!;
        var (low, high) = (new DateTimeOffset(2026, 11, 21, 3, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 11, 21, 15, 0, 0, TimeSpan.Zero));
        var bounds = RowBounds.None.And(relation.TimeColumn, new ValueBounds(BoundValue.Of(low), BoundValue.Of(high)));
        var columns = DuckSql.Identifiers(relation.Columns.Select(column => column.Name).Where(column => column is not ("connections" or "dollars")));
        foreach (var (statement, where) in new[]
        {
            (AthenaSources.Statement(relation, RowBounds.None), ""),
            (AthenaSources.Statement(relation, bounds), $"WHERE {relation.TimeColumn} BETWEEN '{low:yyyy-MM-dd HH:mm:ss}+00' AND '{high:yyyy-MM-dd HH:mm:ss}+00'"),
        })
        {
            var expected = Rows(connection, $"SELECT {columns} FROM {name} {where} ORDER BY ALL");
            Assert.NotEmpty(expected);
            Assert.Equal(expected, Rows(connection, $"SELECT {columns} FROM ({statement}) {where} ORDER BY ALL"));
        }
    }

    private static List<string> Rows(DuckConnection connection, string sql)
    {
        using var result = connection.Query(sql);
        return [.. result.Rows().Select(row => string.Join('|', row.Select(value => value?.ToString() ?? "NULL")))];
    }
}
