using System.Globalization;
using System.Text;
using FlowLake.Lake.Duck;
using Xunit;

namespace FlowLake.Tests.Lake.Duck;

public sealed class DuckAppenderTests : DuckFixture
{
    // More than three chunks of 2,048 rows, the last one not full.
    private const int Rows = 3 * 2_048 + 77;

    private static string? TextOf(int row) => (row % 5) switch
    {
        0 => null,
        1 => "",
        2 => $"short {row % 100}",
        3 => string.Create(CultureInfo.InvariantCulture, $"a text of more than twelve bytes, row {row} 🦆 ünï"),
        _ => new string('x', 300 + row % 700),
    };

    [Fact]
    public void Every_type_comes_back_over_many_chunks_nulls_included()
    {
        Connection.Execute("""
            CREATE TABLE t (b BOOLEAN, i INTEGER, l BIGINT, h HUGEINT, d DOUBLE, s VARCHAR, u VARCHAR, z TIMESTAMPTZ, p TIMESTAMP, y DATE, small SMALLINT)
            """);
        var start = new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);
        using (var appender = Connection.Appender("t"))
        {
            for (var row = 0; row < Rows; row++)
            {
                if (row % 7 != 3)
                {
                    appender.Set(0, row % 2 == 0);
                    appender.Set(1, -row);
                    appender.Set(2, long.MaxValue - row);
                    appender.Set(3, Int128.MinValue + row);
                    appender.Set(4, row / 3.0);
                    appender.SetUtf8(6, Encoding.UTF8.GetBytes($"utf8 {row}"));
                    appender.Set(7, start.AddMicroseconds(row));
                    appender.SetMicroseconds(8, row);
                    appender.Set(9, DateOnly.FromDayNumber(700_000 + row));
                    appender.Set(10, row);
                }
                appender.Set(5, TextOf(row));
                appender.EndRow();
            }
            Assert.Equal(Rows, appender.Close());
        }
        using var result = Connection.Query("SELECT * FROM t");
        var read = result.Rows().ToArray();
        Assert.Equal(Rows, read.Length);
        for (var row = 0; row < Rows; row++)
        {
            object?[] expected = row % 7 == 3
                ? [null, null, null, null, null, TextOf(row), null, null, null, null, null]
                : [
                    row % 2 == 0, -row, long.MaxValue - row, Int128.MinValue + row, row / 3.0, TextOf(row), $"utf8 {row}", start.AddMicroseconds(row),
                    DateTime.UnixEpoch.AddMicroseconds(row), DateOnly.FromDayNumber(700_000 + row), (short)row,
                ];
            Assert.Equal(expected, read[row]);
        }
    }

    [Fact]
    public void Whole_numbers_go_into_wider_columns()
    {
        Connection.Execute("CREATE TABLE t (l BIGINT, h HUGEINT, g HUGEINT)");
        using var appender = Connection.Appender("t");
        appender.Set(0, 1);
        appender.Set(1, 2);
        appender.Set(2, 3L);
        appender.EndRow();
        appender.Close();
        using var result = Connection.Query("SELECT * FROM t");
        Assert.Equal([1L, (Int128)2, (Int128)3], Assert.Single(result.Rows()));
    }

    [Fact]
    public void Set_again_replaces_and_null_takes_back()
    {
        Connection.Execute("CREATE TABLE t (a VARCHAR, b VARCHAR)");
        using var appender = Connection.Appender("t");
        appender.Set(0, "a long text that does not lie in the entry");
        appender.Set(0, "short");
        appender.Set(1, "gone");
        appender.SetNull(1);
        appender.EndRow();
        appender.Close();
        using var result = Connection.Query("SELECT * FROM t");
        Assert.Equal(["short", null], Assert.Single(result.Rows()));
    }

    [Fact]
    public void Wrong_type_and_wrong_bytes_are_refused()
    {
        Connection.Execute("CREATE TABLE t (i INTEGER, s VARCHAR)");
        using var appender = Connection.Appender("t");
        Assert.Contains("INTEGER", Assert.Throws<ArgumentException>(() => appender.Set(0, "text")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => appender.Set(0, 1L));
        Assert.Throws<ArgumentException>(() => appender.SetUtf8(1, [0xC3, 0x28]));
        Assert.Throws<ArgumentException>(() => appender.SetMicroseconds(1, 1));
    }

    [Fact]
    public void Nothing_is_written_without_close()
    {
        Connection.Execute("CREATE TABLE t (i INTEGER)");
        using (var appender = Connection.Appender("t"))
        {
            for (var row = 0; row < Rows; row++)
            {
                appender.Set(0, row);
                appender.EndRow();
            }
        }
        Assert.Equal(0, Connection.Scalar<int>("SELECT count(*) FROM t"));
    }

    [Fact]
    public void Broken_constraint_is_an_error_and_ends_the_appender()
    {
        Connection.Execute("CREATE TABLE t (i INTEGER NOT NULL)");
        using var appender = Connection.Appender("t");
        appender.EndRow();
        Assert.Equal(DuckErrorType.Constraint, Assert.Throws<DuckException>(appender.Flush).ErrorType);
        Assert.Throws<ObjectDisposedException>(appender.EndRow);
        Assert.Throws<ObjectDisposedException>(() => appender.Close());
        Assert.ThrowsAny<Exception>(() => appender.Set(0, 1));
        Assert.Equal(0, Connection.Scalar<int>("SELECT count(*) FROM t"));
    }

    [Fact]
    public void Table_that_is_not_there_is_named()
        => Assert.Contains("no_such_table", Assert.Throws<DuckException>(() => Connection.Appender("no_such_table")).Message, StringComparison.Ordinal);

    [Fact]
    public void Closed_appender_leaves_the_connection_free()
    {
        Connection.Execute("CREATE TABLE t (i INTEGER)");
        for (var round = 0; round < 3; round++)
        {
            using var appender = Connection.Appender("t", "main");
            appender.Set(0, round);
            appender.EndRow();
            Assert.Equal(1, appender.Close());
        }
        Assert.Equal(3, Connection.Scalar<int>("SELECT count(*) FROM t"));
    }
}
