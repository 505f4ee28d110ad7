using System.Collections.Immutable;
using System.Globalization;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Parquet;
using FlowLake.Schemas.Tables;
using FlowLake.Tests.Lake.Duck;
using Xunit;

namespace FlowLake.Tests.Lake.Parquet;

public sealed class ParquetTests : DuckFixture
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("flowlake-parquet-");

    protected override void CleanUp() => folder.Delete(recursive: true);

    private ImmutableArray<ParquetFile> Write(ParquetWrite write, params object?[] parameters)
        => ParquetWriter.Write(Connection, write, TestContext.Current.CancellationToken, parameters);

    private string In(string name) => Path.Combine(folder.FullName, name);

    [Fact]
    public void One_file_tells_its_rows_bytes_and_statistics()
    {
        var file = Assert.Single(Write(new ParquetWrite
        {
            Select = """"
                SELECT range AS n, 'k' || range AS "odd, ""name""", range % 2 = 0 AS flag, NULLIF(range, 3) AS maybe, {'a': [range]} AS s,
                       '2026-11-21 04:00:00+00'::TIMESTAMPTZ + to_seconds(range) AS t, CASE range WHEN 0 THEN 'nan'::DOUBLE ELSE range END AS real, NULL::VARCHAR AS nothing
                FROM range(10)
                """",
            Target = In("one.parquet"),
        }));
        Assert.Equal(In("one.parquet"), file.Path);
        Assert.Equal(10, file.RowCount);
        Assert.Equal(new FileInfo(file.Path).Length, file.Bytes);
        Assert.InRange(file.FooterBytes, 1, file.Bytes - 1);
        Assert.Empty(file.PartitionValues);
        Assert.Equal(("0", "9", 0L, 10L), Of("n"));
        Assert.Equal(("k0", "k9", 0L, 10L), Of("odd, \"name\""));
        Assert.Equal(("0", "1", 0L, 10L), Of("flag"));
        Assert.Equal(("0", "9", 1L, 10L), Of("maybe"));
        Assert.Equal(("2026-11-21 04:00:00+00", "2026-11-21 04:00:09+00", 0L, 10L), Of("t"));
        Assert.Equal((null, null, 10L, 10L), Of("nothing"));
        Assert.True(file.Column("real")!.HasNan);
        Assert.Null(file.Column("s"));
        Assert.Contains(file.Columns, column => column.Path.SequenceEqual(["s", "a", "element"]));

        (string?, string?, long, long) Of(string name)
        {
            var column = file.Column(name)!;
            return (column.Min, column.Max, column.NullCount, column.ValueCount);
        }
    }

    [Fact]
    public void Partitions_are_files_with_their_values()
    {
        var files = Write(
            new ParquetWrite
            {
                Select = "SELECT range AS n, DATE '2026-11-21' AS date, CASE WHEN range % 3 > 0 THEN 'eu west/' || (range % 3) END AS \"zone\" FROM range($1)",
                Target = In("flows"),
                PartitionBy = ["date", "zone"],
                FileNamePattern = "c_{uuidv7}",
            },
            30);
        Assert.Equal(30, files.Sum(file => file.RowCount));
        Assert.All(files, file => Assert.Equal("2026-11-21", file.PartitionValues["date"]));
        Assert.Equal([null, "eu west/1", "eu west/2"], files.Select(file => file.PartitionValues["zone"]).Distinct().Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.Null(file.Column("zone")));
        Assert.All(files, file => Assert.StartsWith("c_", Path.GetFileName(file.Path), StringComparison.Ordinal));
        Assert.Contains(files, file => file.Path.Contains("/zone=eu%20west%2F1/", StringComparison.Ordinal));
        Assert.Equal(["n"], ParquetReader.Columns(Connection, files[0].Path).Select(column => column.Name));
    }

    [Fact]
    public void Second_write_into_the_same_folder_adds_files()
    {
        var write = new ParquetWrite { Select = "SELECT 1 AS n, 'a' AS p", Target = In("grows"), PartitionBy = ["p"] };
        var first = Assert.Single(Write(write));
        var second = Assert.Single(Write(write));
        Assert.NotEqual(first.Path, second.Path);
        Assert.True(File.Exists(first.Path));
    }

    [Fact]
    public void Metadata_comes_back_from_many_files()
    {
        var values = new Dictionary<string, string> { ["flowlake.coverage"] = """{"a":"it's 🦆 \"x\""}""", ["plain"] = "", ["odd \"key\""] = new string('v', 10_000) };
        Write(new ParquetWrite { Select = "SELECT 1 AS n", Target = In("with.parquet"), Metadata = values });
        Write(new ParquetWrite { Select = "SELECT 1 AS n WHERE false", Target = In("without.parquet") });
        var read = ParquetReader.Metadata(Connection, [In("with.parquet"), In("without.parquet")]);
        Assert.Equal(values, read[In("with.parquet")].ToDictionary());
        Assert.Empty(read[In("without.parquet")]);
        Assert.Empty(ParquetReader.Metadata(Connection, []));
    }

    [Fact]
    public void Footers_and_columns_are_read_without_rows()
    {
        Write(new ParquetWrite { Select = "SELECT range AS n, 'x' AS s, now() AS t FROM range(100000)", Target = In("it's a.parquet"), RowGroupRows = 50_000 });
        Write(new ParquetWrite { Select = "SELECT 1 AS n WHERE false", Target = In("b.parquet") });
        var footers = ParquetReader.Footers(Connection, [In("it's a.parquet"), In("b.parquet")]).ToDictionary(footer => footer.Path);
        Assert.Equal((100_000, 2), (footers[In("it's a.parquet")].RowCount, footers[In("it's a.parquet")].RowGroupCount));
        Assert.Equal(0, footers[In("b.parquet")].RowCount);
        Assert.Equal(new FileInfo(In("b.parquet")).Length, footers[In("b.parquet")].Bytes);
        Assert.Contains("DuckDB", footers[In("b.parquet")].Writer, StringComparison.Ordinal);
        Assert.Equal(
            ["n BIGINT", "s VARCHAR", "t TIMESTAMP WITH TIME ZONE"],
            ParquetReader.Columns(Connection, In("it's a.parquet")).Select(column => $"{column.Name} {column.Type}"));
        Assert.Empty(ParquetReader.Footers(Connection, []));
    }

    [Fact]
    public void Records_that_do_not_fit_into_memory_go_through_the_disk()
    {
        const int Records = 300_000;
        var column = ColumnsOf<int>.String("text", "1,500 letters.", number => new string((char)('a' + (number % 26)), 1_500));
        var file = RecordFile.Write(In("many.parquet"), [column], [.. Enumerable.Range(0, Records)], ["text"], new Dictionary<string, string>());
        Assert.Equal(Records, file.RowCount);
        Assert.Equal([In("many.parquet")], Directory.EnumerateFileSystemEntries(folder.FullName));
    }

    [Fact]
    public void Huge_integer_is_refused_for_its_digits_would_be_lost()
    {
        var error = Assert.Throws<ArgumentException>(() => Write(
            new ParquetWrite { Select = "SELECT sum(range) AS total FROM range(3)", Target = In("never.parquet") }));
        Assert.Contains("\"total\"", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(In("never.parquet")));
        var file = Assert.Single(Write(
            new ParquetWrite { Select = "SELECT sum(9007199254740993)::BIGINT AS total", Target = In("whole.parquet") }));
        Assert.Equal(9007199254740993.ToString(CultureInfo.InvariantCulture), file.Column("total")!.Max);
    }

    [Fact]
    public void Broken_file_is_an_error()
    {
        File.WriteAllText(In("broken.parquet"), "PAR1 this is not Parquet PAR1");
        Assert.Throws<DuckException>(() => ParquetReader.Footers(Connection, [In("broken.parquet")]));
        Assert.Throws<DuckException>(() => ParquetReader.Metadata(Connection, [In("missing.parquet")]));
    }

    [Theory]
    [InlineData("\"a\"", "a")]
    [InlineData("\"a\".\"b\"", "a|b")]
    [InlineData("\"a.b\".\"c \"\"d\"\"\"", "a.b|c \"d\"")]
    [InlineData("\"\"", "")]
    public void Column_path_is_taken_apart(string quoted, string names)
        => Assert.Equal(names.Split('|'), ParquetStatistics.Path(quoted));

    [Theory]
    [InlineData("a")]
    [InlineData("\"a")]
    [InlineData("\"a\".")]
    [InlineData("\"a\"b\"")]
    public void What_is_no_column_path_is_refused(string quoted)
        => Assert.Throws<FormatException>(() => ParquetStatistics.Path(quoted));
}
