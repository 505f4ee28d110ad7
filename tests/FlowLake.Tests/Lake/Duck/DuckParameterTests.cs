using System.Globalization;
using Xunit;

namespace FlowLake.Tests.Lake.Duck;

public sealed class DuckParameterTests : DuckFixture
{
    public static TheoryData<string, object?, string, object?> Values => new()
    {
        { "null", null, "\"NULL\"", null },
        { "true", true, "BOOLEAN", true },
        { "false", false, "BOOLEAN", false },
        { "int", int.MinValue, "INTEGER", int.MinValue },
        { "short", (short)-3, "INTEGER", -3 },
        { "uint", uint.MaxValue, "BIGINT", (long)uint.MaxValue },
        { "long", long.MinValue, "BIGINT", long.MinValue },
        { "ulong", ulong.MaxValue, "HUGEINT", (Int128)ulong.MaxValue },
        { "hugeint", Int128.MaxValue, "HUGEINT", Int128.MaxValue },
        { "negative hugeint", -(Int128)long.MaxValue - 5, "HUGEINT", -(Int128)long.MaxValue - 5 },
        { "double", -1.5e300, "DOUBLE", -1.5e300 },
        { "nan", double.NaN, "DOUBLE", double.NaN },
        { "decimal", -12.340m, "DECIMAL(5,3)", -12.340m },
        { "small decimal", 0.0001m, "DECIMAL(4,4)", 0.0001m },
        { "largest decimal", decimal.MaxValue, "DECIMAL(29,0)", decimal.MaxValue },
        { "text", "grüß dich 🦆 'quoted' \"too\"", "VARCHAR", "grüß dich 🦆 'quoted' \"too\"" },
        { "empty text", "", "VARCHAR", "" },
        { "text with zero", "a\0b", "VARCHAR", "a\0b" },
        { "long text", new string('ü', 5000), "VARCHAR", new string('ü', 5000) },
        { "offset time", new DateTimeOffset(2026, 11, 21, 5, 0, 0, 123, 456, TimeSpan.FromHours(2)), "TIMESTAMP WITH TIME ZONE", new DateTimeOffset(2026, 11, 21, 3, 0, 0, 123, 456, TimeSpan.Zero) },
        { "before 1970, cut to microseconds", DateTimeOffset.UnixEpoch.AddTicks(-1), "TIMESTAMP WITH TIME ZONE", DateTimeOffset.UnixEpoch.AddTicks(-10) },
        { "utc time", new DateTime(1969, 12, 31, 23, 59, 59, DateTimeKind.Utc), "TIMESTAMP WITH TIME ZONE", new DateTimeOffset(1969, 12, 31, 23, 59, 59, TimeSpan.Zero) },
        { "date", new DateOnly(2024, 2, 29), "DATE", new DateOnly(2024, 2, 29) },
        { "first date", DateOnly.MinValue, "DATE", DateOnly.MinValue },
        { "bytes", (byte[])[0, 255, 39], "BLOB", (byte[])[0, 255, 39] },
        { "no bytes", (byte[])[], "BLOB", (byte[])[] },
        { "uuid", Guid.Parse("ff112233-4455-6677-8899-aabbccddeeff"), "UUID", Guid.Parse("ff112233-4455-6677-8899-aabbccddeeff") },
        { "texts", (string?[])["a", null, "it's longer than twelve"], "VARCHAR[]", (object?[])["a", null, "it's longer than twelve"] },
        { "no texts", (string?[])[], "VARCHAR[]", (object?[])[] },
        { "numbers", (long[])[1, long.MinValue], "BIGINT[]", (object?[])[1L, long.MinValue] },
    };

    [Theory, MemberData(nameof(Values))]
    public void Value_comes_back_with_its_type(string name, object? value, string type, object? expected)
    {
        Assert.NotEmpty(name);
        using var result = Connection.QueryMaterialized("SELECT $1, typeof($1)", [value]);
        var row = Assert.Single(result.Rows());
        Assert.Equal(type, row[1]);
        Assert.Equal(expected, row[0]);
    }

    [Fact]
    public void List_serves_as_an_in_list()
        => Assert.Equal(2, Connection.Scalar<int>("SELECT count(*) FROM range(10) WHERE list_contains(?, 'k' || range)", [(string[])["k1", "k7", "x"]]));

    [Fact]
    public void Text_is_never_SQL()
        => Assert.Equal("'; DROP TABLE t", Connection.Scalar<string>("SELECT ?", "'; DROP TABLE t"));

    [Fact]
    public void Time_that_is_not_UTC_is_refused()
        => Assert.Contains("must be UTC", Assert.Throws<ArgumentException>(() => Connection.Query("SELECT ?", new DateTime(2026, 1, 1))).Message, StringComparison.Ordinal);

    [Fact]
    public void Type_without_a_form_is_refused()
        => Assert.Throws<ArgumentException>(() => Connection.Query("SELECT ?", CultureInfo.InvariantCulture));
}
