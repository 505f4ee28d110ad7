using System.Buffers;
using System.Text;
using FlowLake.Lake.Duck;
using Xunit;

namespace FlowLake.Tests.Lake.Duck;

public sealed class DuckCsvWriterTests : DuckFixture
{
    private string Csv(string sql)
    {
        using var result = Connection.Query(sql);
        var output = new ArrayBufferWriter<byte>();
        DuckCsvWriter.WriteAll(output, result);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    [Fact]
    public void Text_is_as_the_engines_own_COPY_but_for_the_line_ends()
    {
        const string sql = """"
            SELECT * FROM (VALUES
                (1, true, 'plain', 1.50::DECIMAL(5,2)), (2, NULL, NULL, NULL), (3, false, '', 0), (4, true, 'comma, and "quotes"', -0.05),
                (5, true, 'line' || chr(10) || 'break', 9), (6, true, '=1+1', 9), (7, true, ' spaces ', 9), (8, true, '🦆 ünï', 9), (9, true, '"', 9)) AS t (id, "a, b", "say ""so""", d)
            """";
        var file = Path.GetTempFileName();
        Connection.Execute($"COPY ({sql}) TO {DuckSql.Literal(file)} (FORMAT csv, HEADER)");
        Assert.Equal(File.ReadAllText(file), Csv(sql).Replace("\r\n", "\n", StringComparison.Ordinal));
        File.Delete(file);
    }

    [Fact]
    public void Values_have_their_text()
        => Assert.Equal(
            "b,t,d,h,x,n,l,s,u\r\ntrue,2026-11-21T04:12:09.5Z,2026-11-21,170141183460469231731687303715884105727,NaN,,\"[1,null]\",\"{\"\"a\"\":\"\"x\"\"}\",00112233-4455-6677-8899-aabbccddeeff\r\n",
            Csv("""
                SELECT true AS b, '2026-11-21 04:12:09.5+00'::TIMESTAMPTZ AS t, '2026-11-21'::DATE AS d, 170141183460469231731687303715884105727::HUGEINT AS h, 'nan'::DOUBLE AS x, NULL AS n,
                       [1, NULL] AS l, {'a': 'x'} AS s, '00112233-4455-6677-8899-aabbccddeeff'::UUID AS u
                """));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_texts_are_read_back_by_the_engine(int seed)
    {
        var random = new Random(seed);
        const string letters = "ab,\"\r\n ;=@'\\ü🦆";
        var runes = letters.EnumerateRunes().ToArray();
        Connection.Execute("CREATE TABLE t (id BIGINT, a VARCHAR, b VARCHAR)");
        using (var appender = Connection.Appender("t"))
        {
            for (var id = 0L; id < 5_000; id++)
            {
                appender.Set(0, id);
                appender.Set(1, Text());
                appender.Set(2, Text());
                appender.EndRow();
            }
            appender.Close();
        }
        var file = Path.GetTempFileName();
        File.WriteAllText(file, Csv("SELECT * FROM t ORDER BY id"));
        var different = Connection.Scalar<long>($$"""
            SELECT count(*) FROM t FULL JOIN read_csv({{DuckSql.Literal(file)}}, header = true, quote = '"', escape = '"', delim = ',', new_line = '\r\n', nullstr = '', allow_quoted_nulls = false,
                columns = {'id': 'BIGINT', 'a': 'VARCHAR', 'b': 'VARCHAR'}, auto_detect = false) AS r USING (id)
            WHERE t.a IS DISTINCT FROM r.a OR t.b IS DISTINCT FROM r.b
            """);
        Assert.Equal(0, different);
        File.Delete(file);

        string? Text() => random.Next(6) == 0 ? null : string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => runes[random.Next(runes.Length)].ToString()));
    }

    [Fact]
    public void Every_known_type_can_be_written()
    {
        var lines = Csv("SELECT * EXCLUDE (geometry, varchar) FROM test_all_types()").Split("\r\n");
        Assert.Equal(5, lines.Length);
        Assert.Equal(new string(',', lines[3].Length), lines[3]);
    }
}
