using System.Net;

namespace FlowLake.Tests.QueryApi.Hostile;

/// <summary>Statements that would take all time and all memory.</summary>
internal static class ResourceAttacks
{
    private static string Letters { get; } = new([.. new Random(1).GetItems("xy".AsSpan(), 30_000)]);

    /// <summary>Little memory, and nothing looks for an interruption for seconds: an automaton of more states than are kept, over texts of 30,000 characters, and a vector has two thousand of them.</summary>
    public static string Stubborn { get; } = $"SELECT count(*) FROM (SELECT CASE WHEN i % 2 = 0 THEN '{Letters}' ELSE '{Letters[1..]}' END AS t FROM range(1000000) AS r(i)) WHERE regexp_matches(t, 'x[xy]{{20}}z')";

    /// <summary>Within one vector, which no limit of the engine counts: two thousand texts of 900,000 characters.</summary>
    public static string Greedy { get; } = OneVector(texts: 1_000_000);

    /// <summary>Texts of 900,000 characters and the digits of a number, of which as many are in one vector as it holds.</summary>
    public static string OneVector(int texts) =>
        $"SELECT max(length({string.Join(" || ", Enumerable.Repeat("a", 15))} || i)) FROM (SELECT '{new string('x', 60_000)}' AS a), range({texts}) AS t(i)";

    public static IEnumerable<Attack> All =>
    [
        .. Attack.Stopped("time", [.. Long]),
        .. Attack.Stopped("memory", [.. Large]),
        .. Attack.Stopped("no interruption", Stubborn),
        .. Attack.Stopped("one vector", Greedy),
        .. Attack.Refused("one huge value", [.. Huge]),
        .. Attack.Refused("a list for every row", "SELECT max(length(l)) FROM (SELECT list(i) OVER (ORDER BY i ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS l FROM range(100000) AS t(i))", "SELECT string_agg(node, ',') OVER () FROM flows", "SELECT histogram(node) OVER () FROM flows"),
        Attack.Sql("a regular expression that others take years for", $"SELECT regexp_matches('{new string('x', 50_000)}', '(x+x+)+y')", HttpStatusCode.OK, "[[false]]"),
        Attack.Sql("a regular expression of a huge automaton", "SELECT regexp_matches('x', '((((x{0,100}){0,100}){0,100}){0,100})')", HttpStatusCode.BadRequest),
        Attack.Sql("a regular expression that is none", "SELECT regexp_matches(node, '(((') FROM flows", HttpStatusCode.BadRequest),
        Attack.Sql("more rows than a client is given", "SELECT * FROM range(1000000000000)", HttpStatusCode.OK, "\"truncated\":true"),
    ];

    private static readonly string[] Long =
    [
        "SELECT count(*) FROM flows a, flows b, flows c, flows d WHERE a.drops + b.drops = c.drops * d.drops + 1",
        "SELECT sum(i % 7) FROM range(1000000000000) AS t(i)",
        "SELECT count(*) FROM range(100000000) a(i), range(100000000) b(j) WHERE i % 7 = j % 3",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        "WITH RECURSIVE n(i) AS (SELECT 1::BIGINT UNION ALL SELECT i + 1 FROM n WHERE i < 100000000000) SELECT max(i) FROM n",
        "SELECT count(*) FROM generate_series(TIMESTAMP '0001-01-01', TIMESTAMP '9999-01-01', INTERVAL 1 MICROSECOND)",
        "SELECT count(*) FROM range(100000000000) AS t(i) WHERE regexp_matches(i::VARCHAR, '^(1|2|3)*4$')",
        "SELECT approx_count_distinct(sha256(i::VARCHAR)) FROM range(100000000000) AS t(i)",
    ];

    private static readonly string[] Large =
    [
        "SELECT count(*) FROM (SELECT DISTINCT md5(i::VARCHAR) FROM range(1000000000) AS t(i))",
        "SELECT md5(i::VARCHAR) AS x FROM range(1000000000) AS t(i) ORDER BY x",
        "SELECT length(list(i)) FROM range(10000000000) AS t(i)",
        "SELECT sum(x) FROM (SELECT row_number() OVER (ORDER BY md5(i::VARCHAR)) AS x FROM range(1000000000) AS t(i))",
        "WITH a AS MATERIALIZED (SELECT md5(i::VARCHAR) AS x FROM range(1000000000) AS t(i)) SELECT count(*) FROM a JOIN a AS b USING (x)",
        "SELECT quantile_cont(i, 0.5) FROM range(100000000000) AS t(i)",
    ];

    private static readonly string[] Huge =
    [
        "SELECT repeat('x', 1000000000)", "SELECT lpad('x', 1000000000, 'y')", "SELECT rpad('x', 1000000000, 'y')", "SELECT length(format('{:1000000000}', 1))", "SELECT length(printf('%1000000000d', 1))", "SELECT bar(1, 0, 1, 1000000000)",
        "SELECT len(range(1000000000))", "SELECT len(generate_series(1000000000))", "SELECT list_resize([1], 1000000000)", "SELECT list_transform(range(50000000), lambda x: x + 1)", "SELECT levenshtein(node, node) FROM flows", "SELECT jaro_winkler_similarity(node, node) FROM flows",
        "SELECT array_resize([1], 1000000000)", "SELECT flatten([[1]])", "SELECT list_concat([1], [2])", "SELECT repeat([1], 1000000000)", "SELECT map([1], [2])", "SELECT bitstring('1', 1000000000)", "SELECT from_base64('eA==')", "SELECT hamming(node, node) FROM flows",
        "SELECT * FROM repeat('x', 1000000000000)", "SELECT * FROM repeat_row(1, num_rows=100000000)", "SELECT list_cross_product([1], [1])", "SELECT list_zip([1], [2])", "SELECT list_grade_up([1])", "SELECT list_aggregate([1], 'sum')",
    ];
}
