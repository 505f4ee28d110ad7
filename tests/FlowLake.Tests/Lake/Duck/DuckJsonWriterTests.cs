using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FlowLake.Lake.Duck;
using Xunit;

namespace FlowLake.Tests.Lake.Duck;

public sealed class DuckJsonWriterTests : DuckFixture
{
    private string Json(string sql, DuckJsonOptions? options = null)
    {
        using var result = Connection.Query(sql);
        var output = new ArrayBufferWriter<byte>();
        DuckJsonWriter.WriteAll(output, result, options);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    [Fact]
    public void Every_type_without_a_time_is_as_the_engines_own_to_json()
    {
        // Times differ on purpose (ISO 8601 with Z); what is not finite has no JSON.
        using var result = Connection.QueryMaterialized(
            "SELECT * EXCLUDE (geometry, date, time, time_ns, timestamp, timestamp_s, timestamp_ms, timestamp_ns, time_tz, timestamp_tz, double_array, date_array, timestamp_array, timestamptz_array) FROM test_all_types()");
        using var engine = Connection.QueryMaterialized(
            $"SELECT to_json({string.Join("), to_json(", result.Columns.Select(column => DuckSql.Identifier(column.Name)))}) FROM test_all_types()");
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(3, DuckJsonWriter.WriteAll(output, result));
        var rows = JsonNode.Parse(output.WrittenSpan)!.AsArray();
        var expected = engine.Rows().ToArray();
        for (var row = 0; row < rows.Count; row++)
        {
            for (var column = 0; column < result.Columns.Length; column++)
                AssertSame(JsonNode.Parse((string?)expected[row][column] ?? "null"), rows[row]![column], result.Columns[column]);
        }
    }

    private static void AssertSame(JsonNode? expected, JsonNode? actual, DuckColumn column)
    {
        if (column.Type.Id is DuckTypeId.Float or DuckTypeId.Double && expected is not null)
            Assert.Equal((float)expected.GetValue<double>(), (float)actual!.GetValue<double>());
        else
            Assert.Equal(expected?.ToJsonString(), actual?.ToJsonString());
    }

    [Fact]
    public void Times_are_ISO_8601_in_UTC()
        => Assert.Equal(
            """[["2026-11-21T04:12:09.4977Z","2026-11-21T04:12:09Z","2026-11-21T04:12:09.123456789Z","2026-11-21","04:12:09.5","1969-12-31T23:59:59.999999Z","infinity","-infinity"]]""",
            Json("""
                SELECT '2026-11-21 06:12:09.4977+02'::TIMESTAMPTZ, '2026-11-21 04:12:09'::TIMESTAMP, '2026-11-21 04:12:09.123456789'::TIMESTAMP_NS, '2026-11-21'::DATE,
                       '04:12:09.5'::TIME, '1969-12-31 23:59:59.999999'::TIMESTAMP, 'infinity'::TIMESTAMPTZ, '-infinity'::DATE
                """));

    [Theory]
    [InlineData("0001-01-01 00:00:00", "0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31 23:59:59.999999", "9999-12-31T23:59:59.999999Z")]
    [InlineData("10000-01-01 00:00:00", "+010000-01-01T00:00:00Z")]
    [InlineData("0001-12-31 (BC) 00:00:00", "0000-12-31T00:00:00Z")]
    [InlineData("0044-03-15 (BC) 10:00:00", "-000043-03-15T10:00:00Z")]
    [InlineData("2000-02-29 12:00:00.000001", "2000-02-29T12:00:00.000001Z")]
    public void Any_year_has_its_ISO_form(string engine, string iso)
        => Assert.Equal($"""[["{iso}"]]""", Json($"SELECT TIMESTAMP '{engine}'"));

    [Fact]
    public void Random_times_are_as_dotnet_writes_them()
    {
        var random = new Random(20261121);
        for (var round = 0; round < 300; round++)
        {
            var time = DateTimeOffset.MinValue.AddTicks(random.NextInt64(DateTimeOffset.MaxValue.UtcTicks) / 10 * 10);
            using var result = Connection.QueryMaterialized("SELECT ?", time);
            var output = new ArrayBufferWriter<byte>();
            DuckJsonWriter.WriteAll(output, result);
            var text = time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
            Assert.Equal($"""[["{text}"]]""", Encoding.UTF8.GetString(output.WrittenSpan));
        }
    }

    [Fact]
    public void Intervals_are_as_the_engine_writes_them()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var (months, days, micros) = (random.Next(-40, 40), random.Next(-3, 3), random.NextInt64(-200_000_000_000, 200_000_000_000) / (round % 3 == 0 ? 1 : 1_000_000) * (round % 5));
            using var result = Connection.QueryMaterialized("SELECT i, i::VARCHAR FROM (SELECT to_months(?) + to_days(?) + to_microseconds(?) AS i)", months, days, micros);
            var output = new ArrayBufferWriter<byte>();
            DuckJsonWriter.WriteAll(output, result);
            var row = JsonNode.Parse(output.WrittenSpan)![0]!;
            Assert.Equal(row[1]!.GetValue<string>(), row[0]!.GetValue<string>());
        }
    }

    [Fact]
    public void Numbers_keep_all_their_digits()
        => Assert.Equal(
            "[[9007199254740993,170141183460469231731687303715884105727,-0.05,1234567890123456789012345678.9012345678,0.1,1E-07]]",
            Json("SELECT 9007199254740993, 170141183460469231731687303715884105727::HUGEINT, -0.05::DECIMAL(4,2), 1234567890123456789012345678.9012345678::DECIMAL(38,10), 0.1::DOUBLE, 1e-7::DOUBLE"));

    [Fact]
    public void What_is_not_finite_is_null_or_text()
    {
        const string sql = "SELECT 'nan'::DOUBLE, 'inf'::DOUBLE, '-inf'::FLOAT, ['nan'::DOUBLE]";
        Assert.Equal("[[null,null,null,[null]]]", Json(sql));
        Assert.Equal("""[["NaN","Infinity","-Infinity",["NaN"]]]""", Json(sql, new DuckJsonOptions { NonFinite = DuckNonFinite.Text }));
    }

    [Fact]
    public void Objects_are_keyed_by_column_and_field_and_map_key()
        => Assert.Equal(
            """[{"a \"b\"":1,"s":{"x":[1,null],"y":{}},"m":{"1":"eins","2":null},"l":{"[1]":2}}]""",
            Json(
                "SELECT 1 AS \"a \"\"b\"\"\", {'x': [1, NULL], 'y': MAP {}} AS s, MAP {1: 'eins', 2: NULL} AS m, MAP {[1]: 2} AS l",
                new DuckJsonOptions { Shape = DuckJsonShape.Objects }));

    [Fact]
    public void Any_text_comes_back()
    {
        var text = "quote \" backslash \\ newline \n tab \t zero \0 ümlaut 🦆 </script>";
        using var result = Connection.QueryMaterialized("SELECT ?", text);
        var output = new ArrayBufferWriter<byte>();
        DuckJsonWriter.WriteAll(output, result);
        Assert.Equal(text, JsonNode.Parse(output.WrittenSpan)![0]![0]!.GetValue<string>());
    }

    [Fact]
    public void No_rows_are_an_empty_array() => Assert.Equal("[]", Json("SELECT 1 WHERE false"));

    [Fact]
    public void Rows_of_many_chunks_are_all_written_in_order()
    {
        var rows = JsonNode.Parse(Json("SELECT range AS n FROM range(10000)", new DuckJsonOptions { Shape = DuckJsonShape.Objects }))!.AsArray();
        Assert.Equal(Enumerable.Range(0, 10_000), rows.Select(row => row!["n"]!.GetValue<int>()));
    }

    [Fact]
    public void Type_without_a_form_is_refused_before_anything_is_written()
    {
        using var result = Connection.Query("SELECT 1 AS fine, geometry AS shape FROM test_all_types()");
        var output = new ArrayBufferWriter<byte>();
        var error = Assert.Throws<NotSupportedException>(() => DuckJsonWriter.WriteAll(output, result));
        Assert.Contains("\"shape\"", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, output.WrittenCount);
    }
}
