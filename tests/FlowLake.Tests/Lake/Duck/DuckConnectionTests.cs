using FlowLake.Lake.Duck;
using Xunit;

namespace FlowLake.Tests.Lake.Duck;

public sealed class DuckConnectionTests : DuckFixture
{
    [Fact]
    public void Execute_gives_the_changed_rows()
    {
        Assert.Equal(0, Connection.Execute("CREATE TABLE t (i INTEGER)"));
        Assert.Equal(5, Connection.Execute("INSERT INTO t SELECT range FROM range(5)"));
        Assert.Equal(2, Connection.Execute("DELETE FROM t WHERE i >= ?", 3));
        Assert.Equal(3, Connection.Execute("UPDATE t SET i = i + 1; UPDATE t SET i = i - 1"));
    }

    [Fact]
    public void Several_statements_run_in_order_and_the_last_one_answers()
        => Assert.Equal(3, Connection.Scalar<int>("CREATE TABLE t (i INTEGER); INSERT INTO t VALUES (1), (2); SELECT sum(i) FROM t"));

    [Fact]
    public void Pivot_that_becomes_several_statements_answers()
    {
        using var result = Connection.Query("PIVOT (SELECT * FROM (VALUES ('a', 1), ('b', 2)) AS t (k, v)) ON k USING sum(v)");
        Assert.Equal(["a", "b"], result.Columns.Select(column => column.Name));
    }

    [Theory]
    [InlineData("SELEC 1", DuckErrorType.Parser)]
    [InlineData("SELECT no_such_column", DuckErrorType.Binder)]
    [InlineData("SELECT * FROM no_such_table", DuckErrorType.Catalog)]
    [InlineData("SELECT 'x'::INTEGER", DuckErrorType.Conversion)]
    [InlineData("SELECT error('boom')", DuckErrorType.InvalidInput)]
    [InlineData("SELECT 9223372036854775807::BIGINT + 1::BIGINT", DuckErrorType.OutOfRange)]
    [InlineData("SELECT * FROM read_parquet('/no/such/file.parquet')", DuckErrorType.InputOutput)]
    [InlineData("", DuckErrorType.Parser)]
    [InlineData("-- only a comment", DuckErrorType.Parser)]
    public void Error_has_the_engines_type_and_message(string sql, DuckErrorType type)
    {
        var error = Assert.Throws<DuckException>(() => Connection.Execute(sql));
        Assert.Equal(type, error.ErrorType);
        Assert.NotEmpty(error.Message);
        Assert.Equal(1, Connection.Scalar<int>("SELECT 1"));
    }

    [Fact]
    public void Zero_byte_in_SQL_is_refused_for_the_engine_would_stop_reading_there()
        => Assert.Throws<ArgumentException>(() => Connection.Execute("SELECT 1\0; DROP TABLE t"));

    [Fact]
    public void Prepare_takes_one_statement_only()
    {
        var error = Assert.Throws<DuckException>(() => Connection.Prepare("SELECT 1; SELECT 2"));
        Assert.Contains("holds 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prepared_statement_tells_its_kind_parameters_and_columns()
    {
        using var statement = Connection.Prepare("SELECT 1::BIGINT AS one, $1::VARCHAR AS two");
        Assert.Equal(DuckStatementType.Select, statement.Type);
        Assert.Equal(1, statement.ParameterCount);
        Assert.Equal(["one BIGINT", "two VARCHAR"], statement.Columns().Select(column => $"{column.Name} {column.Type}"));
        using var copy = Connection.Prepare("COPY (SELECT 1) TO '/tmp/never'");
        Assert.Equal(DuckStatementType.Copy, copy.Type);
    }

    [Fact]
    public void Prepared_statement_runs_again_with_other_values()
    {
        using var statement = Connection.Prepare("SELECT $1 * 2");
        foreach (var value in (int[])[1, 2, 3])
        {
            statement.Bind(1, value);
            using var result = statement.Query(TestContext.Current.CancellationToken);
            Assert.Equal([(object)(value * 2)], Assert.Single(result.Rows()));
        }
    }

    [Fact]
    public void Wrong_number_of_parameters_is_said()
    {
        Assert.Contains("2 parameters, 1 values", Assert.Throws<ArgumentException>(() => Connection.Query("SELECT ?, ?", 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Connection.Prepare("SELECT ?").Bind(2, 1));
    }

    [Fact]
    public void Statement_ends_the_stream_of_an_earlier_query_with_an_error_not_with_silence()
    {
        using var stream = Connection.Query("SELECT * FROM range(1000000)");
        Assert.True(stream.Read());
        Connection.Execute("SELECT 1");
        Assert.Throws<DuckException>(() => { while (stream.Read()) { } });
    }

    [Fact]
    public void Materialised_result_survives_other_statements()
    {
        using var result = Connection.QueryMaterialized("SELECT * FROM range(10000)");
        Connection.Execute("SELECT 1");
        Assert.Equal(10_000, result.Rows().Count());
    }

    [Fact]
    public void Scalar_converts_and_speaks_of_null()
    {
        Assert.Equal(6L, Connection.Scalar<long>("SELECT sum(x) FROM (VALUES (1), (2), (3)) AS t (x)"));
        Assert.Equal(1.5, Connection.Scalar<double>("SELECT 1.5::DECIMAL(4,1)"));
        Assert.Null(Connection.Scalar<long?>("SELECT NULL::BIGINT"));
        Assert.Equal(7, Connection.Scalar<int?>("SELECT 7::BIGINT"));
        Assert.Null(Connection.Scalar<string?>("SELECT NULL"));
        Assert.Throws<InvalidOperationException>(() => Connection.Scalar<long>("SELECT NULL::BIGINT"));
        Assert.Throws<InvalidOperationException>(() => Connection.Scalar<long>("SELECT 1 WHERE false"));
        Assert.Throws<OverflowException>(() => Connection.Scalar<long>("SELECT 170141183460469231731687303715884105727::HUGEINT"));
    }
}
