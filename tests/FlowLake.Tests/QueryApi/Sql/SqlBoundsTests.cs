using System.Globalization;
using FlowLake.Lake.Duck;
using FlowLake.QueryApi.Relations;
using FlowLake.QueryApi.Sql;
using Xunit;

namespace FlowLake.Tests.QueryApi.Sql;

/// <summary>What is taken from a statement about the rows it needs, and that its answer is that over all files.</summary>
public sealed class SqlBoundsTests(SqlBoundsTests.BoundedLake lake) : IClassFixture<SqlBoundsTests.BoundedLake>
{
    private readonly FlowCatalog catalog = lake.Catalog;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 8)];

    [Theory]
    [InlineData("SELECT 1 FROM flows WHERE date = DATE '2026-11-21'", "date 20778..20778")]
    [InlineData("SELECT 1 FROM flows WHERE date = '2026-11-21' AND zone = 'a' AND drops > 1", "date 20778..20778; zone a..a; drops 1..")]
    [InlineData("SELECT 1 FROM flows AS f WHERE f.window_start >= '2026-11-21' AND '2026-11-21 00:00:01' > f.window_start", "window_start 1795219200000000..1795219201000000")]
    [InlineData("SELECT 1 FROM flows WHERE date BETWEEN ? AND ?", "date 20778..20779")]
    [InlineData("SELECT 1 FROM flows WHERE date IN (DATE '2026-11-22', DATE '2026-11-21')", "date 20778..20779")]
    [InlineData("SELECT 1 FROM flows WHERE date >= TIMESTAMP '2026-11-21 12:00' AND date < TIMESTAMP '2026-11-22 12:00'", "date 20778..20779")]
    [InlineData("SELECT 1 FROM flows WHERE window_start > TIMESTAMPTZ '2026-11-21' - INTERVAL 1 HOUR + to_minutes(60)", "window_start 1795219200000000..")]
    [InlineData("SELECT 1 FROM flows f JOIN coverage c ON f.node = c.node WHERE f.date = '2026-11-21' AND c.date = '2026-11-22'", "date 20778..20778 | date 20779..20779")]
    [InlineData("SELECT 1 FROM flows f LEFT JOIN coverage c USING (node) WHERE c.date = '2026-11-22'", " | date 20779..20779")]
    [InlineData("SELECT 1 FROM flows WHERE date = '2026-11-21' UNION ALL SELECT 2 FROM flows WHERE date = '2026-11-24'", "date 20778..20781")]
    [InlineData("SELECT (SELECT max(drops) FROM flows WHERE date = '2026-11-24') FROM flows WHERE date = '2026-11-21'", "date 20778..20781")]
    [InlineData("WITH a AS (SELECT * FROM flows WHERE date = '2026-11-21') SELECT * FROM a WHERE drops = 5", "date 20778..20778")]
    // What says nothing for sure.
    [InlineData("SELECT 1 FROM flows WHERE date = '2026-11-21' OR drops > 1", "")]
    [InlineData("SELECT 1 FROM flows WHERE NOT (date = '2026-11-21')", "")]
    [InlineData("SELECT 1 FROM flows WHERE date <> '2026-11-21' AND date IS NOT DISTINCT FROM '2026-11-21'", "")]
    [InlineData("SELECT 1 FROM flows WHERE date = (SELECT DATE '2026-11-21')", "")]
    [InlineData("SELECT 1 FROM flows WHERE date = date + 1 AND window_start > window_start - INTERVAL 1 HOUR", "")]
    [InlineData("SELECT 1 FROM flows WHERE zone = 5 AND date = 'no date' AND window_start < 'infinity'", "")]
    [InlineData("SELECT 1 FROM flows WHERE server_port = true AND date > NULL", "")]
    [InlineData("SELECT 1 FROM flows AS f(date, window_start) WHERE date = '2026-11-21'", "")]
    [InlineData("SELECT 1 FROM flows f, coverage c WHERE date = '2026-11-21'", " | ")]
    [InlineData("SELECT 1 FROM flows f ASOF JOIN coverage c ON f.node = c.node AND f.window_start >= c.window_start WHERE c.date = '2026-11-21'", " | ")]
    [InlineData("SELECT 1 FROM flows f POSITIONAL JOIN coverage c WHERE c.date = '2026-11-21' AND f.date = '2026-11-21'", " | ")]
    [InlineData("SELECT 1 FROM flows f ANTI JOIN coverage c USING (node) WHERE f.date = '2026-11-21'", " | ")]
    [InlineData("SELECT 1 FROM flows f WHERE EXISTS (SELECT 1 FROM coverage WHERE f.date = '2026-11-21')", " | ")]
    [InlineData("WITH flows AS (SELECT * FROM flows WHERE date = '2026-11-21') SELECT * FROM flows", "")]
    [InlineData("SELECT 1 FROM flows WHERE date = '2026-11-21' UNION ALL SELECT 2 FROM flows", "")]
    [InlineData("SELECT 1 FROM flows f JOIN (SELECT DATE '2099-01-01' AS current_date) x ON true WHERE f.date < current_date - 1", "")]
    [InlineData("SELECT 1 FROM flows f JOIN (VALUES (TIMESTAMPTZ '2099-01-01')) AS x(Current_Timestamp) ON true WHERE f.window_start < current_timestamp", "")]
    [InlineData("DESCRIBE flows", "")]
    [InlineData("PIVOT flows ON protocol IN ('tcp') USING sum(drops)", "")]
    public void What_a_statement_asks_is_taken_from_its_tree(string sql, string expected)
    {
        using var lease = catalog.Acquire();
        using var connection = lease.Connect();
        Assert.Null(SqlGuard.Check(connection, sql, out var tree));
        var bounds = SqlBounds.Of(connection, tree, new SqlQuery(sql) { Positional = ["2026-11-21", "2026-11-22"] });
        Assert.Equal(expected, string.Join(" | ", bounds.OrderBy(one => FlowRelations.All.IndexOf(one.Key)).Select(one => string.Join("; ", one.Value.All.OrderBy(bound => one.Key.Columns.IndexOf(one.Key.Column(bound.Key)!)).Select(bound => $"{bound.Key} {Text(bound.Value.Low)}..{Text(bound.Value.High)}")))));
    }

    [Fact]
    public void A_parameter_that_is_a_double_bounds_no_whole_numbers()
    {
        const string sql = "SELECT 1 FROM flows WHERE payload_to_server = ?";
        using var lease = catalog.Acquire();
        using var connection = lease.Connect();
        Assert.Null(SqlGuard.Check(connection, sql, out var tree));
        // As doubles they are one number, so a row with the one is found by the other.
        Assert.True(connection.Scalar<bool>("SELECT 9007199254740993 = $1", 9007199254740992.0));
        Assert.Empty(Assert.Single(SqlBounds.Of(connection, tree, new SqlQuery(sql) { Positional = [9007199254740992.0] })).Value.All);
        Assert.NotEmpty(Assert.Single(SqlBounds.Of(connection, tree, new SqlQuery(sql) { Positional = [9007199254740992] })).Value.All);
    }

    [Fact]
    public void Now_is_the_same_time_in_the_bounds_as_in_the_statement()
    {
        var engine = new SqlEngine(catalog);
        for (var run = 0; run < 20; run++)
            Assert.Equal(lake.Lake.Primary.Count(), Count(engine, "SELECT count(*) FROM flows WHERE window_start <= now() + (TIMESTAMPTZ '2099-01-01' - now()) AND date <= current_date + 40000"));
        Assert.Equal(0, Count(engine, "SELECT count(*) FROM flows WHERE window_start > now() + INTERVAL 30000 DAY"));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void No_row_is_lost_whatever_is_asked(int seed)
    {
        var random = new Random(seed);
        var engine = new SqlEngine(catalog);
        using var lease = catalog.Acquire();
        using var whole = lease.Connect(FlowRelations.All);
        var (answered, bounded) = (0, 0);
        for (var question = 0; question < 40; question++)
        {
            var sql = Statement(random);
            if (engine.Run(new SqlQuery(sql), Token) is not SqlOutcome.Answer answer)
                continue;
            using var rows = answer.Rows;
            using var expected = whole.QueryMaterialized(sql);
            Assert.True(Rows(expected).SequenceEqual(Rows(rows)), sql);
            Assert.Null(SqlGuard.Check(whole, sql, out var tree));
            answered++;
            bounded += SqlBounds.Of(whole, tree, new SqlQuery(sql)).Values.Any(bounds => bounds.All.Any()) ? 1 : 0;
        }

        Assert.InRange(answered, 30, 40);
        Assert.InRange(bounded, 10, 40);
    }

    private static string Statement(Random random)
    {
        var relation = Pick(random, "flows", "flow_rows", "gap_flows", "traffic", "zone_traffic", "pair_traffic", "coverage");
        var condition = Condition(random, relation, "");
        return random.Next(7) switch
        {
            0 => $"SELECT count(*) FROM {relation} AS x WHERE {Condition(random, relation, "x.")}",
            1 => $"SELECT * FROM (SELECT count(*) FROM {relation} WHERE {condition} UNION ALL SELECT count(*) FROM {relation} WHERE {Condition(random, relation, "")}) ORDER BY 1",
            2 => $"SELECT count(*) FROM {relation} AS x {Pick(random, "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "ASOF JOIN", "SEMI JOIN", "ANTI JOIN")} coverage AS y ON x.date = y.date AND x.date >= y.date WHERE {Condition(random, relation, "x.")} AND {Condition(random, "coverage", "y.")}",
            3 => $"WITH a AS (SELECT * FROM {relation} WHERE {condition}) SELECT date, count(*) FROM a GROUP BY 1 ORDER BY 1",
            4 => $"SELECT (SELECT count(*) FROM {relation} WHERE {condition}) AS n, count(*) FROM flows WHERE {Condition(random, "flows", "")}",
            5 => $"SELECT date, count(*) AS n, row_number() OVER (ORDER BY date) FROM {relation} WHERE {condition} GROUP BY date HAVING n > 1 ORDER BY 1",
            _ => $"SELECT date + 1 AS date, count(*) FROM {relation} WHERE {condition} GROUP BY ALL ORDER BY 1",
        };
    }

    private static string Condition(Random random, string relation, string qualifier) =>
        string.Join(Pick(random, " AND ", " AND ", " AND ", " OR "), Enumerable.Range(0, random.Next(1, 4)).Select(_ => Comparison(random, relation, qualifier)));

    private static string Comparison(Random random, string relation, string qualifier)
    {
        var hourly = relation.EndsWith("_traffic", StringComparison.Ordinal);
        var (day, time) = (TestFlows.Start.UtcDateTime.AddDays(random.Next(-1, 8)), TestFlows.Start.UtcDateTime.AddMinutes(random.Next(-600, 11_000)));
        var sign = Pick(random, "=", "<", "<=", ">", ">=", "<>");
        var literal = Text($"{Pick(random, "DATE ", "TIMESTAMP ", "TIMESTAMPTZ ", "")}'{day:yyyy-MM-dd}'");
        var instant = Text($"{Pick(random, "TIMESTAMPTZ ", "TIMESTAMP ", "")}'{time:yyyy-MM-dd HH:mm:ss}'") + Pick(random, "", "::TIMESTAMPTZ - INTERVAL 90 MINUTE", "::TIMESTAMPTZ + to_hours(5)");
        return random.Next(8) switch
        {
            0 => $"{literal} {sign} {qualifier}date",
            1 or 2 => $"{qualifier}date {sign} {literal}",
            3 or 4 => $"{qualifier}{(hourly ? "hour" : "window_start")} {sign} {instant}",
            5 => Text($"{qualifier}date {Pick(random, "", "NOT ")}BETWEEN '{day:yyyy-MM-dd}' AND '{day.AddDays(random.Next(-1, 3)):yyyy-MM-dd}'"),
            6 when !hourly => $"{qualifier}zone {Pick(random, "= 'eu-west-1a'", "IN ('zürich-é', 'o''zone\"d')", "IS NULL", "> 'eu', NULL".Split(',')[0], "<> 'eu-west-1a'")}",
            7 => Text($"NOT {qualifier}date {sign} '{day:yyyy-MM-dd}'"),
            _ => Text($"{qualifier}date IN ('{day:yyyy-MM-dd}', DATE '{day.AddDays(2):yyyy-MM-dd}')"),
        };
    }

    private static List<string> Rows(DuckResult result) => [.. result.Rows().Select(row => string.Join('|', row.Select(value => value?.ToString() ?? "NULL")))];

    private static List<string> Rows(SqlRows rows)
    {
        var all = new List<string>();
        while (rows.Read())
            all.AddRange(Enumerable.Range(0, rows.Result.RowCount).Select(row => string.Join('|', rows.Columns.Select((_, column) => rows.Result.GetValue(column, row)?.ToString() ?? "NULL"))));
        return all;
    }

    private static long Count(SqlEngine engine, string sql)
    {
        using var rows = Assert.IsType<SqlOutcome.Answer>(engine.Run(new SqlQuery(sql), Token)).Rows;
        Assert.True(rows.Read());
        return (long)rows.Result.GetValue(0, 0)!;
    }

    private static string Pick(Random random, params string[] from) => from[random.Next(from.Length)];

    private static string? Text(BoundValue? value) => value is { } bound ? bound.Text ?? Text($"{bound.Number}") : null;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Some days of flows with a gap between them, and of coverage.</summary>
    public sealed class BoundedLake : IAsyncLifetime
    {
        internal TestLake Lake { get; } = new();

        public FlowCatalog Catalog { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await Lake.AddFlowsAsync(TestFlows.Make(51, 150));
            await Lake.AddFlowsAsync(TestFlows.Make(52, 150, TestFlows.Start.AddDays(4)));
            await Lake.AddCoverageAsync(TestFlows.MakeCoverage(53, 60));
            Catalog = Lake.OpenCatalog();
            await Catalog.RefreshAsync(TestContext.Current.CancellationToken);
        }

        public ValueTask DisposeAsync()
        {
            Catalog.Dispose();
            Lake.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
