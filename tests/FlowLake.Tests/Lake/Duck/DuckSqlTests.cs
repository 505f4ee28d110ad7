using FlowLake.Lake.Duck;
using Xunit;

namespace FlowLake.Tests.Lake.Duck;

public sealed class DuckSqlTests : DuckFixture
{
    [Theory]
    [InlineData("plain")]
    [InlineData("it's")]
    [InlineData("a \"quoted\" name")]
    [InlineData("'); DROP TABLE t; --")]
    [InlineData("line\nbreak \\ and 🦆")]
    public void Any_text_comes_back_as_it_was(string text)
    {
        using var result = Connection.Query($"SELECT {DuckSql.Literal(text)} AS {DuckSql.Identifier(text)}");
        Assert.Equal(text, result.Columns[0].Name);
        Assert.Equal([text], Assert.Single(result.Rows()));
    }

    [Fact]
    public void Lists_are_joined()
    {
        Assert.Equal("['a', 'b''c']", DuckSql.Literals(["a", "b'c"]));
        Assert.Equal("\"a\", \"b\"\"c\"", DuckSql.Identifiers(["a", "b\"c"]));
    }

    [Fact]
    public void Zero_byte_is_refused()
    {
        Assert.Throws<ArgumentException>(() => DuckSql.Literal("a\0b"));
        Assert.Throws<ArgumentException>(() => DuckSql.Identifier("a\0b"));
    }
}
