using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Text;
using FlowLake.Lake.Duck;
using Xunit;

namespace FlowLake.Tests.Lake.Duck;

/// <summary>Reads the engine's own hard cases: <c>test_all_types()</c> has a row of smallest values, one of largest, one of NULLs.</summary>
public sealed class DuckVectorTests : DuckFixture
{
    private const string AllTypes = "SELECT * EXCLUDE (geometry) FROM test_all_types()";
    private const string Ducks = "🦆🦆🦆🦆🦆🦆";

    public static TheoryData<string, object, object> SmallestAndLargest => new()
    {
        { "bool", false, true },
        { "tinyint", sbyte.MinValue, sbyte.MaxValue },
        { "smallint", short.MinValue, short.MaxValue },
        { "int", int.MinValue, int.MaxValue },
        { "bigint", long.MinValue, long.MaxValue },
        { "hugeint", Int128.MinValue, Int128.MaxValue },
        { "uhugeint", UInt128.MinValue, UInt128.MaxValue },
        { "utinyint", byte.MinValue, byte.MaxValue },
        { "usmallint", ushort.MinValue, ushort.MaxValue },
        { "uint", uint.MinValue, uint.MaxValue },
        { "ubigint", ulong.MinValue, ulong.MaxValue },
        { "bignum", -(BigInteger)double.MaxValue, (BigInteger)double.MaxValue },
        { "date", "-5877641-06-25", "+5881580-07-10" },
        { "time", TimeOnly.MinValue, "24:00:00" },
        { "time_ns", "00:00:00", "24:00:00" },
        { "timestamp", "-290308-12-22T00:00:00Z", "+294247-01-10T04:00:54.775806Z" },
        { "timestamp_s", "-290308-12-22T00:00:00Z", "+294247-01-10T04:00:54Z" },
        { "timestamp_ms", "-290308-12-22T00:00:00Z", "+294247-01-10T04:00:54.775Z" },
        { "timestamp_ns", new DateTime(1677, 9, 22), new DateTime(2262, 4, 11, 23, 47, 16).AddTicks(8_547_758) },
        { "time_tz", "00:00:00+15:59:59", "24:00:00-15:59:59" },
        { "timestamp_tz", "-290308-12-22T00:00:00Z", "+294247-01-10T04:00:54.775806Z" },
        { "float", float.MinValue, float.MaxValue },
        { "double", double.MinValue, double.MaxValue },
        { "dec_4_1", -999.9m, 999.9m },
        { "dec_9_4", -99999.9999m, 99999.9999m },
        { "dec_18_6", -999999999999.999999m, 999999999999.999999m },
        { "dec38_10", "-9999999999999999999999999999.9999999999", "9999999999999999999999999999.9999999999" },
        { "uuid", Guid.Empty, Guid.AllBitsSet },
        { "interval", new DuckInterval(0, 0, 0), new DuckInterval(999, 999, 999_999_999) },
        { "varchar", Ducks, "goo\0se" },
        { "blob", Encoding.ASCII.GetBytes("thisisalongblob\0withnullbytes"), (byte[])[0, 0, 0, (byte)'a'] },
        { "bit", "0010001001011100010101011010111", "10101" },
        { "small_enum", "DUCK_DUCK_ENUM", "GOOSE" },
        { "medium_enum", "enum_0", "enum_299" },
        { "large_enum", "enum_0", "enum_69999" },
        { "int_array", (object?[])[], (object?[])[42, 999, null, null, -42] },
        { "double_array", (object?[])[], (object?[])[42.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, null, -42.0] },
        { "date_array", (object?[])[], (object?[])[new DateOnly(1970, 1, 1), "infinity", "-infinity", null, new DateOnly(2022, 5, 12)] },
        { "timestamptz_array", (object?[])[], (object?[])[DateTimeOffset.UnixEpoch, "infinity", "-infinity", null, new DateTimeOffset(2022, 5, 12, 23, 23, 45, TimeSpan.Zero)] },
        { "varchar_array", (object?[])[], (object?[])[Ducks, "goose", null, ""] },
        { "nested_int_array", (object?[])[], (object?[])[Array.Empty<object?>(), (object?[])[42, 999, null, null, -42], null, Array.Empty<object?>(), (object?[])[42, 999, null, null, -42]] },
        { "struct", Struct(("a", null), ("b", null)), Struct(("a", 42), ("b", Ducks)) },
        { "map", ImmutableArray<KeyValuePair<object, object?>>.Empty, ImmutableArray.Create(KeyValuePair.Create<object, object?>("key1", Ducks), KeyValuePair.Create<object, object?>("key2", "goose")) },
        { "union", "Frank", (short)5 },
        { "fixed_int_array", (object?[])[null, 2, 3], (object?[])[4, 5, 6] },
        { "fixed_nested_varchar_array", (object?[])[(object?[])["a", null, "c"], null, (object?[])["a", null, "c"]], (object?[])[(object?[])["d", "e", "f"], (object?[])["a", null, "c"], (object?[])["d", "e", "f"]] },
        { "fixed_array_of_int_list", (object?[])[Array.Empty<object?>(), (object?[])[42, 999, null, null, -42], Array.Empty<object?>()], (object?[])[(object?[])[42, 999, null, null, -42], Array.Empty<object?>(), (object?[])[42, 999, null, null, -42]] },
    };

    [Theory, MemberData(nameof(SmallestAndLargest))]
    public void Smallest_largest_and_missing_values_are_read(string column, object smallest, object largest)
    {
        foreach (var streaming in (bool[])[true, false])
        {
            var sql = $"SELECT {DuckSql.Identifier(column)} FROM test_all_types()";
            using var result = streaming ? Connection.Query(sql, CancellationToken.None) : Connection.QueryMaterialized(sql, CancellationToken.None);
            var values = result.Rows().Select(row => row[0]).ToArray();
            Assert.Equal([smallest, largest, null], values);
        }
    }

    [Fact]
    public void Every_type_has_a_name_that_SQL_takes_for_the_same_type()
    {
        using var columns = Connection.QueryMaterialized(AllTypes);
        using var types = Connection.QueryMaterialized("SELECT typeof(COLUMNS(* EXCLUDE (geometry))) FROM test_all_types() LIMIT 1");
        var expected = Assert.Single(types.Rows());
        for (var column = 0; column < columns.Columns.Length; column++)
        {
            var type = columns.Columns[column].Type;
            Assert.True(type.IsKnown);
            Assert.Equal(expected[column], Connection.Scalar<string>($"SELECT typeof(NULL::{type})"));
        }
    }

    [Fact]
    public void Unknown_type_is_known_as_such()
    {
        using var result = Connection.Query("SELECT geometry, [geometry] FROM test_all_types()");
        Assert.All(result.Columns, column => Assert.False(column.Type.IsKnown));
        Assert.Throws<NotSupportedException>(() => result.Rows().ToArray());
    }

    [Fact]
    public void Decimal_tells_its_width_and_scale_in_all_four_storages()
    {
        using var result = Connection.Query("SELECT 1::DECIMAL(4,1), 1::DECIMAL(9,4), 1::DECIMAL(18,6), 1::DECIMAL(38,10)");
        Assert.Equal([(4, 1), (9, 4), (18, 6), (38, 10)], result.Columns.Select(column => (column.Type.DecimalWidth, column.Type.DecimalScale)));
        Assert.Equal([DuckTypeId.SmallInt, DuckTypeId.Integer, DuckTypeId.BigInt, DuckTypeId.HugeInt], result.Columns.Select(column => column.Type.Storage));
    }

    [Fact]
    public void Spans_and_validity_hold_all_rows_of_many_chunks()
    {
        const int rows = 10_000;
        using var result = Connection.Query($"SELECT range AS n, CASE WHEN range % 3 = 0 THEN NULL ELSE 'value number ' || range END AS s FROM range({rows})");
        var expected = 0L;
        var chunks = 0;
        while (result.Read())
        {
            chunks++;
            var numbers = result.Vector(0).Values<long>();
            Assert.False(result.Vector(0).HasNulls);
            Assert.True(result.Vector(0).Validity.IsEmpty);
            Assert.Equal(result.RowCount, numbers.Length);
            for (var row = 0; row < result.RowCount; row++, expected++)
            {
                Assert.Equal(expected, numbers[row]);
                Assert.Equal(expected % 3 == 0, result.Vector(1).IsNull(row));
                var set = (result.Vector(1).Validity[row / 64] >> (row % 64) & 1) != 0;
                Assert.Equal(expected % 3 != 0, set);
                if (set)
                    Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"value number {expected}"), Encoding.UTF8.GetString(result.Vector(1).Utf8(row)));
            }
        }
        Assert.Equal(rows, expected);
        Assert.True(chunks > 3);
    }

    [Theory]
    [InlineData("SELECT 7 AS c, 'constant' AS s, NULL AS n, [1, 2] AS l, {'a': 'x'} AS t FROM range(5000)")]
    [InlineData("SELECT * FROM (SELECT 7 AS c, 'constant' AS s, NULL AS n, [1, 2] AS l, {'a': 'x'} AS t) AS one, range(5000) AS r (i) WHERE i >= 0")]
    public void Constant_vectors_are_flat_when_they_come_here(string sql)
    {
        using var result = Connection.Query(sql);
        var rows = result.Rows().ToArray();
        Assert.Equal(5_000, rows.Length);
        Assert.All(rows, row =>
        {
            Assert.Equal([7, "constant", null, new object?[] { 1, 2 }], row[..4]);
            Assert.Equal(Struct(("a", "x")), row[4]);
        });
    }

    [Fact]
    public void Strings_from_a_dictionary_are_flat_too()
    {
        Connection.Execute("CREATE TABLE t AS SELECT 'workload-' || (range % 7) AS w, range AS i FROM range(20000)");
        using var result = Connection.Query("SELECT w, i FROM t WHERE i % 2 = 1");
        Assert.All(result.Rows(), row => Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"workload-{(long)row[1]! % 7}"), row[0]));
    }

    [Fact]
    public void Nested_children_can_be_read_as_spans()
    {
        using var result = Connection.Query("SELECT [range, range * 2] AS l FROM range(5)");
        Assert.True(result.Read());
        var vector = result.Vector(0);
        Assert.Equal(new DuckListEntry(4, 2), vector.Values<DuckListEntry>()[2]);
        Assert.Equal([0, 0, 1, 2, 2, 4, 3, 6, 4, 8], vector.Children[0].Values<long>().ToArray());
    }

    [Fact]
    public void Wrong_width_and_wrong_row_are_refused_and_nothing_is_read_after_the_end()
    {
        using var result = Connection.Query("SELECT 1::INTEGER AS i, 'x' AS s, NULL::VARCHAR AS n");
        Assert.Equal(0, result.RowCount);
        Assert.Throws<ArgumentOutOfRangeException>(() => result.Vector(0).IsNull(0));
        Assert.True(result.Read());
        Assert.Throws<InvalidOperationException>(() => result.Vector(0).Values<long>());
        Assert.Throws<InvalidOperationException>(() => result.Vector(1).Values<Int128>());
        Assert.Throws<InvalidOperationException>(() => result.Vector(0).Utf8(0));
        Assert.Throws<InvalidOperationException>(() => result.Vector(2).Utf8(0));
        Assert.Null(result.Vector(2).Text(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => result.GetValue(0, 1));
        Assert.False(result.Read());
        Assert.False(result.Read());
        Assert.Throws<ArgumentOutOfRangeException>(() => result.GetValue(0, 0));
        result.Dispose();
        Assert.Throws<ObjectDisposedException>(() => result.Read());
    }

    [Fact]
    public void Error_in_the_middle_of_a_stream_comes_while_reading()
    {
        using var result = Connection.Query("SELECT CASE WHEN range = 900000 THEN error('far in') ELSE range END FROM range(1000000)");
        var error = Assert.Throws<DuckException>(() => { while (result.Read()) { } });
        Assert.Contains("far in", error.Message, StringComparison.Ordinal);
        Assert.False(result.Read());
    }

    private static ImmutableArray<KeyValuePair<string, object?>> Struct(params (string Name, object? Value)[] fields)
        => [.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))];
}
