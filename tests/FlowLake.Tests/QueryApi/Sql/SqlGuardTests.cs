using FlowLake.QueryApi.Relations;
using FlowLake.QueryApi.Sql;
using Xunit;

namespace FlowLake.Tests.QueryApi.Sql;

/// <summary>Which statements of strangers are run.</summary>
public sealed class SqlGuardTests : IAsyncLifetime
{
    private readonly TestLake lake = new();
    private FlowCatalog catalog = null!;
    private SqlEngine engine = null!;

    public static IReadOnlyList<string> Allowed { get; } =
    [
        "SELECT 1",
        "SELECT count(*) FROM flows",
        "FROM flows",
        "select * from FLOWS limit 3;",
        "SELECT client_zone, sum(bytes_to_server) FILTER (WHERE protocol = 'tcp') AS b FROM flows GROUP BY ALL HAVING b > 0 ORDER BY b DESC LIMIT 10 OFFSET 1",
        "SELECT * EXCLUDE (node) REPLACE (lower(protocol) AS protocol) FROM flows LIMIT 1",
        "SELECT COLUMNS('.*_zone') FROM flows LIMIT 1",
        "WITH a AS (SELECT * FROM traffic), b AS (SELECT src_zone, sum(bytes) AS s FROM a GROUP BY 1) SELECT * FROM b",
        "WITH a AS (SELECT 1 AS x) SELECT * FROM (WITH a AS (SELECT 2 AS x) SELECT * FROM a) AS inside, a",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT sum(i) FROM n",
        "SELECT * FROM range(3) AS t(i), (VALUES (1, 'a'), (2, 'b')) AS v(x, y), unnest([1, 2]) AS u(z)",
        "SELECT * FROM generate_series(TIMESTAMP '2026-11-20', TIMESTAMP '2026-11-21', INTERVAL 6 HOUR) AS t(h)",
        "SELECT row_number() OVER (PARTITION BY client_zone ORDER BY bytes_to_server DESC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM flows QUALIFY row_number() OVER () < 3",
        "SELECT CASE WHEN drops > 0 THEN 'a' ELSE 'b' END, drops BETWEEN 1 AND 2, drops IN (1, 2), NOT (drops = 1), drops IS NULL, -drops, drops::VARCHAR, TRY_CAST(node AS INTEGER) FROM flows",
        "SELECT client_zone FROM flows WHERE client_pod LIKE 'web%' AND regexp_matches(client_pod, 'w.b') AND client_pod ILIKE '%W%' ESCAPE '$'",
        "SELECT date_trunc('hour', window_start), date_part('hour', window_start), window_start AT TIME ZONE 'UTC', now() - INTERVAL 1 DAY, current_date FROM flows LIMIT 1",
        "SELECT extract(hour FROM window_start), window_start + to_minutes(5) FROM flows LIMIT 1",
        "SELECT (SELECT max(drops) FROM flows), EXISTS (SELECT 1 FROM coverage), drops = ANY (SELECT 1) FROM flows LIMIT 1",
        "SELECT a.node FROM flows AS a JOIN coverage AS b USING (node) LEFT JOIN traffic AS c ON a.node = c.node LIMIT 1",
        "SELECT * FROM flows ASOF JOIN coverage USING (node, window_start) LIMIT 1",
        "SELECT * FROM (SELECT 1 AS x UNION ALL SELECT 2 EXCEPT SELECT 3 INTERSECT SELECT 4) ORDER BY ALL",
        "PIVOT (SELECT src_zone, protocol, bytes FROM traffic) ON protocol IN ('tcp', 'udp') USING sum(bytes)",
        "UNPIVOT (SELECT node, drops, retransmits FROM flows) ON drops, retransmits INTO NAME n VALUE v",
        "DESCRIBE flows",
        "SUMMARIZE SELECT drops FROM flows",
        "SELECT quantile_cont(drops, 0.5), approx_count_distinct(node), arg_max(node, drops), string_agg(DISTINCT protocol, ',' ORDER BY protocol), list(DISTINCT protocol) FROM flows",
        "SELECT {'a': 1}.a, [1, 2][1], coalesce(node, 'x'), nullif(drops, 0), ifnull(drops, 1), greatest(1, 2) FROM flows LIMIT 1",
        "SELECT client_zone, server_zone, grouping(client_zone) FROM flows GROUP BY ROLLUP (client_zone, server_zone)",
        "TABLE coverage",
        "SELECT DISTINCT ON (node) node, zone FROM flows -- a comment",
        "SELECT split_part(client_pod, '-', 1) || '/' || upper(substring(node, 1, 2)), node ~ 'a' FROM flows LIMIT 1",
        "SELECT time_bucket(INTERVAL 5 MINUTE, window_start) AS t, sum(bytes) FROM traffic GROUP BY 1 ORDER BY 1 LIMIT 50 PERCENT",
    ];

    public static IReadOnlyList<string> Hostile { get; } =
    [
        "SELECT * FROM enable_logging(storage='file', storage_path='/tmp/x')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_blob('/proc/self/environ')",
        "SELECT * FROM read_parquet('/tmp/*.parquet')",
        "SELECT * FROM parquet_metadata('/tmp/x.parquet')",
        "SELECT * FROM glob('/**')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM 'x.parquet'",
        "SELECT * FROM \"/tmp/x.csv\"",
        "SELECT * FROM main.flows",
        "SELECT * FROM snapshot_1.flows_files",
        "SELECT * FROM flows_files",
        "SELECT * FROM keyed_flows",
        "SELECT * FROM memory.snapshot_1.flows",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM duckdb_views()",
        "SELECT * FROM duckdb_settings()",
        "SELECT * FROM pg_catalog.pg_class",
        "SELECT * FROM sqlite_master",
        "SELECT current_setting('allowed_directories')",
        "SELECT getvariable('x')",
        "SELECT * FROM query('SELECT 1')",
        "SELECT * FROM query_table('flows')",
        "SELECT json_execute_serialized_sql('{}')",
        "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
        "SELECT nextval('s')",
        "SELECT write_log('x')",
        "SELECT sleep_ms(10000)",
        "SELECT pg_sleep(10)",
        "SELECT repeat('x', 1000000000)",
        "SELECT length(lpad('x', 1000000000, 'y'))",
        "SELECT len(range(50000000))",
        "SELECT list_transform(range(50000000), lambda x: x + 1)",
        "SELECT [x + 1 FOR x IN [1, 2]]",
        "SELECT levenshtein(client_pod, server_pod) FROM flows",
        "SELECT format('{:1000000000}', 1)",
        "SELECT printf('%1000000000d', 1)",
        "SELECT * FROM repeat('x', 1000000000000)",
        "SELECT * FROM repeat_row(1, num_rows=100000000)",
        "SELECT error('x')",
        "SELECT CAST('[1]' AS INTEGER[])",
        "SELECT 'a' COLLATE nocase",
        "SELECT * FROM flows TABLESAMPLE 10%",
        "SELECT * FROM flows AT (VERSION => 1)",
        "WITH \"/etc/passwd\" AS (SELECT 1) SELECT * FROM \"/etc/passwd\"",
        "SELECT * FROM (WITH \"/tmp/f.parquet\" AS (SELECT 1) SELECT * FROM \"/tmp/f.parquet\") a, \"/tmp/f.parquet\" b",
        "SELECT * FROM (WITH flows_files AS (SELECT 1) SELECT * FROM flows_files) a, flows_files b",
        "WITH flows_files AS (SELECT * FROM flows_files) SELECT * FROM flows_files",
        "WITH a AS (SELECT * FROM flows_files), flows_files AS (SELECT 1) SELECT * FROM a",
        "SHOW TABLES",
        "SHOW ALL TABLES",
        "SELECT * FROM (SHOW TABLES)",
        "DESCRIBE flows_files",
        "SELECT 1; SELECT 2",
        "COPY (SELECT 1) TO '/tmp/x'",
        "COPY flows TO '/tmp/x.parquet'",
        "EXPORT DATABASE '/tmp/x'",
        "ATTACH '/tmp/x.db'",
        "ATTACH ':memory:' AS x",
        "USE main",
        "SET VARIABLE x = 1",
        "SET schema = 'main'",
        "SET memory_limit = '1TB'",
        "PRAGMA enable_profiling",
        "PRAGMA database_list",
        "CALL duckdb_settings()",
        "EXPLAIN SELECT 1",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '/tmp/x'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CREATE TABLE x AS SELECT 1",
        "CREATE VIEW x AS SELECT 1",
        "CREATE MACRO m(x) AS x",
        "DROP VIEW flows",
        "DROP SCHEMA snapshot_1 CASCADE",
        "INSERT INTO flows SELECT * FROM flows",
        "DELETE FROM flows",
        "UPDATE flows SET node = 'x'",
        "BEGIN",
        "CHECKPOINT",
        "VACUUM",
        "PREPARE p AS SELECT 1",
        "EXECUTE p",
        "PIVOT traffic ON protocol USING sum(bytes)",
        "SELECT * FROM flows WHERE node = (SELECT content FROM read_text('/etc/passwd'))",
        "SELECT max(x) FROM flows, LATERAL (SELECT content AS x FROM read_text(node))",
        "SELECT count(*) FILTER (WHERE getenv('HOME') = 'x') FROM flows",
        "SELECT sum(drops) OVER (ORDER BY getenv('HOME')) FROM flows",
        "SELECT * FROM flows ORDER BY current_setting('threads')",
        "SELECT * FROM flows LIMIT (SELECT count(*) FROM read_text('/etc/passwd'))",
        "VALUES (getenv('HOME'))",
        "SELECT * REPLACE (getenv('HOME') AS node) FROM flows",
        "SELECT CASE WHEN true THEN getenv('HOME') END",
        "SELECT DISTINCT ON (getenv('HOME')) node FROM flows",
        "FROM flows SELECT list_sort(list_transform(list(node), x -> getenv(x)))",
        "SELECT * FROM test_all_types()",
        "SELECT * FROM seq_scan('flows')",
        "",
        "   ",
        "-- nothing",
        "SELEC 1",
    ];

    public async ValueTask InitializeAsync()
    {
        await lake.AddFlowsAsync(TestFlows.Make(1, 60));
        await lake.AddCoverageAsync(TestFlows.MakeCoverage(1, 10));
        catalog = lake.OpenCatalog();
        await catalog.RefreshAsync(TestContext.Current.CancellationToken);
        engine = new SqlEngine(catalog);
    }

    public ValueTask DisposeAsync()
    {
        catalog.Dispose();
        lake.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void Every_ordinary_question_is_answered()
    {
        var refused = Allowed.Select(sql => (sql, Outcome: Run(sql))).Where(pair => pair.Outcome is not null).Select(pair => $"{pair.sql} -> {pair.Outcome}");
        Assert.Empty(refused);
    }

    [Fact]
    public void Every_hostile_statement_is_refused_and_the_engine_goes_on()
    {
        Assert.True(Hostile.Count >= 40);
        var passed = new List<string>();
        foreach (var sql in Hostile)
        {
            if (Run(sql) is null)
                passed.Add(sql);
        }

        Assert.Empty(passed);
        Assert.Null(Run("SELECT count(*) FROM flows"));
    }

    [Fact]
    public void No_refusal_names_a_folder_of_the_server()
    {
        foreach (var sql in Hostile.Append("SELECT nothere FROM flows").Append("SELECT sum(node) FROM flows"))
        {
            var text = Run(sql)!.ToString();
            Assert.DoesNotContain(lake.Folder, text, StringComparison.Ordinal);
            Assert.True(!text.Contains("snapshot_", StringComparison.Ordinal) || sql.Contains("snapshot_", StringComparison.Ordinal), text);
        }
    }

    [Theory]
    [InlineData("SELECT *\nFROM  nowhere", 2, 7)]
    [InlineData("SELECT 'é', repeat('x', 3)", 1, 13)]
    [InlineData("SELECT 1 +", 1, null)]
    [InlineData("SELECT nothere\nFROM flows", 1, 8)]
    [InlineData("SELECT 1,\n  'a'::DATE", null, null)]
    [InlineData("SELECT *\nFROM flows\nWHERE foo(1) = 2", 3, 7)]
    public void A_refusal_names_the_place(string sql, int? line, int? column)
    {
        var refusal = Run(sql)!;
        if (line is not null)
            Assert.Equal(line, refusal.Line);
        if (column is not null)
            Assert.Equal(column, refusal.Column);
    }

    [Fact]
    public void A_table_that_is_nearly_right_is_named()
    {
        Assert.Contains("\"flows\"", Run("SELECT * FROM flow")!.Hint, StringComparison.Ordinal);
        Assert.Contains("zone_traffic", Run("SELECT * FROM xyz")!.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_statement_that_is_too_long_or_too_deep_is_refused()
    {
        Assert.Contains("bytes", Run("SELECT '" + new string('x', SqlGuard.SqlBytesMax) + "'")!.Reason, StringComparison.Ordinal);
        Assert.NotNull(Run("SELECT " + string.Concat(Enumerable.Repeat("abs(", 900)) + "1" + new string(')', 900)));
        Assert.NotNull(Run("SELECT " + string.Join(" + ", Enumerable.Repeat("1", 5_000))));
        Assert.NotNull(Run(string.Join(" UNION ALL ", Enumerable.Repeat("SELECT 1", 2_000))));
        Assert.NotNull(Run("SELECT * FROM " + string.Join(", ", Enumerable.Range(0, 100).Select(index => $"flows AS f{index}"))));
    }

    [Fact]
    public void A_statement_is_stopped_when_its_token_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        stop.CancelAfter(TimeSpan.FromMilliseconds(300));
        Assert.Throws<OperationCanceledException>(() => engine.Run(new SqlQuery("SELECT count(*) FROM range(100000000000) a(i), range(1000) b(j) WHERE i % 7 = j % 3"), stop.Token));
        Assert.Null(Run("SELECT 1"));
    }

    // Null when it ran to its last row.
    private SqlRefusal? Run(string sql)
    {
        switch (engine.Run(new SqlQuery(sql), TestContext.Current.CancellationToken))
        {
            case SqlOutcome.Answer answer:
                using (var rows = answer.Rows)
                {
                    while (rows.Read())
                    {
                    }
                }

                return null;
            case SqlOutcome.Refused refused:
                return refused.Refusal;
            default:
                throw new InvalidOperationException();
        }
    }
}
