using System.Net;

namespace FlowLake.Tests.QueryApi.Hostile;

/// <summary>Statements whose text is too much: too long, too deep, too many parts, or small ones that grow when the engine writes them out.</summary>
internal static class SizeAttacks
{
    public static IEnumerable<Attack> All =>
    [
        .. Attack.Refused("a long statement", "SELECT '" + new string('x', 65_536) + "'", "SELECT 1 --" + new string('x', 70_000), "SELECT " + Repeat("1", ", ", 6_000), $"SELECT node FROM flows WHERE drops IN ({Repeat("1", ", ", 6_000)})"),
        .. Attack.Refused("many parts", Repeat("SELECT 1", " UNION ALL ", 5_000), Repeat("SELECT 1", " EXCEPT ", 2_000), Repeat("(SELECT 1)", " INTERSECT ", 2_000), "SELECT * FROM " + Repeat("flows", ", ", 5_000), "SELECT * FROM " + Repeat("range(1)", ", ", 5_000),
            "SELECT 1 FROM flows " + Repeat("JOIN flows USING (node)", " ", 2_000), "VALUES " + Repeat("(1, 2)", ", ", 3_000), "SELECT CASE " + Repeat("WHEN true THEN 1", " ", 3_000) + " END", "SELECT 1 WHERE " + Repeat("true", " AND ", 6_000),
            $"WITH {string.Join(", ", Enumerable.Range(0, 2_000).Select(index => $"a{index} AS (SELECT 1)"))} SELECT 1", "SELECT 1;" + Repeat("SELECT 1", ";", 5_000), "SELECT a" + Repeat(".a", "", 30_000), "SELECT [" + Repeat("1", ",", 6_000) + "]",
            "SELECT 1 FROM flows GROUP BY " + string.Join(", ", Enumerable.Range(0, 2_500).Select(index => $"drops + {index}")), "SELECT 1 ORDER BY " + Repeat("1", ", ", 6_000)),
        .. Attack.Refused("30,000 UNION ALLs", Repeat("FROM a", " UNION ALL ", 30_000), Repeat("SELECT 1", " UNION ALL ", 3_800)),
        .. Attack.Refused("deep nesting", Nested("abs(", "1", ")", 5_000), Nested("(", "1", ")", 30_000), Nested("[", "1", "]", 30_000), Nested("-", "1", "", 30_000), Nested("NOT ", "true", "", 15_000), Nested("CASE WHEN true THEN ", "1", " END", 2_000),
            Nested("(SELECT ", "1", ")", 5_000), Nested("{'a': ", "1", "}", 5_000), "SELECT 1" + Repeat("::INTEGER", "", 5_000), "SELECT [1]" + Repeat("[1]", "", 20_000), "SELECT " + Repeat("1", " + ", 15_000), "SELECT " + Repeat("'a'", " || ", 10_000),
            Wrapped("SELECT * FROM (", "SELECT 1", ")", 3_000), Wrapped("WITH a AS (", "SELECT 1", ") FROM a", 3_000), Wrapped("SELECT 1 WHERE EXISTS (", "SELECT 1", ")", 2_000),
            "SELECT * FROM " + new string('(', 3_000) + "flows" + Repeat(" JOIN flows ON true)", "", 3_000), Wrapped("DESCRIBE (", "SELECT 1", ")", 3_000), "SELECT 'a'" + Repeat(".lower()", "", 5_000), Wrapped("(", "SELECT 1", ")", 20_000)),
        // The engine's parser takes the cube of their number in time: 900 took fifteen seconds.
        .. Attack.Refused("many set operations", Repeat("FROM a", " EXCEPT ", 5_000), Repeat("FROM a", "/**/iNtErSeCt\n", 3_000), Repeat("(FROM a)", "UNION", 4_000), Repeat("VALUES (1)", " EXCEPT ALL ", 300)),
        Attack.Sql("parentheses and no more", "SELECT * FROM " + new string('(', 5_000) + "SELECT 1" + new string(')', 5_000), HttpStatusCode.OK, "[[1]]"),
        // A name that stands for two of the one before, again and again: 2^40 in the end.
        .. Attack.Refused("doubling", Doubling(40, "SELECT 1 AS x", name => $"SELECT a.x FROM {name} AS a, {name} AS b", " NOT MATERIALIZED"), Doubling(40, "SELECT 1 AS x", name => $"SELECT a.x FROM {name} AS a, {name} AS b", ""),
            Doubling(40, "FROM flows", name => $"FROM {name} AS a POSITIONAL JOIN {name} AS b", ""), Doubling(60, "SELECT drops AS x FROM flows", name => $"SELECT x + x AS x FROM {name}", " NOT MATERIALIZED"),
            "SELECT drops AS a0" + string.Concat(Enumerable.Range(1, 40).Select(index => $", a{index - 1} + a{index - 1} AS a{index}")) + " FROM flows",
            "SELECT 'x' AS a0" + string.Concat(Enumerable.Range(1, 40).Select(index => $", a{index - 1} || a{index - 1} AS a{index}")),
            "SELECT * FROM " + Wrapped($"(SELECT {Repeat("*", ", ", 100)} FROM ", "flows", ")", 5), $"SELECT {Repeat("*", ", ", 4_000)} FROM flows", $"SELECT {Repeat("COLUMNS('.*')", ", ", 1_000)} FROM flows",
            $"SELECT {Repeat("COLUMNS(*)", " + ", 300)} FROM flows", $"SELECT 1 FROM flows GROUP BY CUBE ({string.Join(", ", Enumerable.Range(1, 20).Select(index => $"drops + {index}"))})",
            $"SELECT 1 FROM flows GROUP BY {Repeat("ROLLUP (node, zone, cluster, region)", ", ", 8)}", Doubling(60, "SELECT 'x' AS x", name => $"SELECT x || x AS x FROM {name}", "")),
        .. Attack.Refused("a text that grows", $"SELECT length(replace('{new string('a', 30_000)}', 'a', '{new string('b', 30_000)}'))", $"SELECT length(regexp_replace('{new string('a', 30_000)}', 'a', '{new string('b', 30_000)}', 'g'))",
            "SELECT " + Wrapped("replace(", "'a'", ", 'a', 'aaaaaaaa')", 30), "SELECT " + Wrapped("regexp_escape(", "'....'", ")", 26), "SELECT " + Wrapped("hex(", "'aaaa'", ")", 28), "SELECT replace(node, 'a', server_node) FROM flows",
            $"SELECT max(length({Repeat("a", " || ", 100)} || i)) FROM (SELECT '{new string('x', 60_000)}' AS a), range(1000000) AS t(i)"),
        Attack.Raw("a large parameter", "{\"sql\": \"SELECT length(replace(?, 'a', ?))\", \"parameters\": [\"" + new string('a', 400_000) + "\", \"" + new string('b', 400_000) + "\"]}", HttpStatusCode.BadRequest),
        Attack.Raw("a large body", "{\"sql\": \"SELECT 1\", \"parameters\": [\"" + new string('x', 2 << 20) + "\"]}", HttpStatusCode.RequestEntityTooLarge),
        Attack.Raw("a deep body", "{\"sql\": \"SELECT 1\", \"parameters\": " + new string('[', 10_000) + new string(']', 10_000) + "}", HttpStatusCode.BadRequest),
        Attack.Get("a long address", "/v1/sql?query=" + new string('x', 40_000), HttpStatusCode.RequestUriTooLong),
    ];

    private static string Repeat(string part, string between, int times) => string.Join(between, Enumerable.Repeat(part, times));

    private static string Nested(string open, string inner, string close, int depth) => "SELECT " + Wrapped(open, inner, close, depth);

    private static string Wrapped(string open, string inner, string close, int depth) => Repeat(open, "", depth) + inner + Repeat(close, "", depth);

    private static string Doubling(int times, string first, Func<string, string> next, string how) =>
        $"WITH t0 AS{how} ({first}), {string.Join(", ", Enumerable.Range(1, times).Select(index => $"t{index} AS{how} ({next($"t{index - 1}")})"))} SELECT * FROM t{times} WHERE true";
}
