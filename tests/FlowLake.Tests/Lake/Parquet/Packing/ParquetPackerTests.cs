using System.Buffers;
using System.Collections.Immutable;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Parquet;
using FlowLake.Lake.Parquet.Packing;
using FlowLake.Tests.Lake.Duck;
using FlowLake.Tests.Lake.Tables;
using Xunit;

namespace FlowLake.Tests.Lake.Parquet.Packing;

public sealed class ParquetPackerTests : DuckFixture
{
    // Wide numbers, few numbers, sorted ones, groups that begin far from each other, some that are missing, and columns that are none: row groups of 2,048, the last one not full.
    private const string Rows = """
        SELECT 'pod-' || (range // 100) AS pod, (hash(range) % 5000000)::BIGINT AS payload, (range % 3)::BIGINT AS few, range AS sorted, (range // 200 * 7919 % 10007 * 100 + range % 200 // 3 + hash(range, 3) % 3)::BIGINT AS steps,
            CASE WHEN range % 5000 = 4999 THEN NULL ELSE (hash(range, 1) % 70000)::BIGINT END AS maybe, -(hash(range, 2) >> 1)::BIGINT AS wide,
            '2026-11-27 00:00:00+00'::TIMESTAMPTZ + to_seconds(range) AS at, range % 2 = 0 AS flag, (range % 7)::INTEGER AS port, ['a', 'b' || range % 3] AS list
        FROM range(20000)
        """;

    private static readonly ImmutableArray<string> numbers = ["payload", "few", "sorted", "steps", "maybe", "wide"];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("flowlake-packer-");

    protected override void CleanUp() => folder.Delete(recursive: true);

    [Fact]
    public void A_packed_file_has_the_same_rows_in_less()
    {
        var written = Write(Rows);
        var packed = Pack(written);
        Assert.Equal(Values(written), Values(packed));
        Assert.Equal((new FileInfo(packed.Path).Length, written.RowCount), (packed.Bytes, packed.RowCount));
        Assert.InRange(packed.Bytes, 1, written.Bytes - 1);
        Assert.True(packed.Column("payload")!.Bytes < written.Column("payload")!.Bytes);
        Assert.InRange(Footer(packed, "count(*) FILTER (compression IN ('UNCOMPRESSED', 'GZIP') AND encodings = 'RLE, DELTA_BINARY_PACKED')"), 10, 50);
        Assert.InRange(Footer(packed, "count(*) FILTER (compression = 'UNCOMPRESSED' AND path_in_schema = 'payload')"), 5, 10);
        Assert.InRange(Footer(packed, "count(*) FILTER (compression = 'GZIP' AND path_in_schema = 'steps')"), 5, 10);
        Assert.Equal(packed.Bytes, 4 + Footer(packed, "sum(total_compressed_size)") + Footer(packed, "coalesce(sum(bloom_filter_length), 0)") + packed.FooterBytes + 8);
    }

    [Fact]
    public void Statistics_stay_and_sizes_are_those_of_the_packed_columns()
    {
        var written = Write(Rows);
        var packed = Pack(written);
        Assert.Equal(Statistics(written), Statistics(packed));
        Assert.Equal(written.Columns.Select(column => (string.Join('.', column.Path), column.Min, column.Max, column.NullCount)), packed.Columns.Select(column => (string.Join('.', column.Path), column.Min, column.Max, column.NullCount)));
        foreach (var name in numbers)
            Assert.Equal(Footer(packed, $"sum(total_compressed_size) FILTER (path_in_schema = '{name}')"), packed.Column(name)!.Bytes);
    }

    [Fact]
    public void Row_groups_in_which_a_value_is_missing_stay_as_they_are()
    {
        var packed = Pack(Write(Rows));
        var missing = Connection.Scalar<long>($"SELECT count(*) FROM parquet_metadata({DuckSql.Literal(packed.Path)}) WHERE path_in_schema = 'maybe' AND stats_null_count > 0 AND compression = 'ZSTD'");
        Assert.Equal(4, missing);
    }

    [Fact]
    public void Bloom_filters_of_names_go_on_to_exclude_and_numbers_have_none()
    {
        var packed = Pack(Write(Rows));
        Assert.Equal(0, Footer(packed, $"count(bloom_filter_offset) FILTER (path_in_schema IN ('{string.Join("', '", numbers)}'))"));
        Assert.Equal(10, Footer(packed, "count(bloom_filter_offset) FILTER (path_in_schema = 'pod')"));
        for (var group = 0; group < 200; group += 33)
        {
            using var kept = Connection.QueryMaterialized($"SELECT row_group_id FROM parquet_bloom_probe({DuckSql.Literal(packed.Path)}, 'pod', 'pod-{group}') WHERE NOT bloom_filter_excludes");
            Assert.Contains(group * 100L / 2048, kept.Rows().Select(row => (long)row[0]!));
        }
        Assert.True(Connection.Scalar<bool>($"SELECT bool_and(bloom_filter_excludes) FROM parquet_bloom_probe({DuckSql.Literal(packed.Path)}, 'pod', 'nobody')"));
    }

    [Fact]
    public async Task Readers_that_share_no_code_with_it_read_the_same_rows()
    {
        var written = Write("SELECT pod, payload, few, sorted, steps, maybe, wide, flag, port FROM (" + Rows + ")");
        var packed = Pack(written);
        var read = await IndependentReaders.ReadAsync(packed.Path);
        var rows = read[packed.Path].Agreed();
        var expected = Values(written);
        Assert.Equal(20_000, rows.Count);
        Assert.Equal(expected.Select(row => $"{row[1]}|{row[3]}|{row[4]}|{row[6]}"), rows.Select(row => $"{row.GetProperty("payload")}|{row.GetProperty("sorted")}|{row.GetProperty("steps")}|{row.GetProperty("wide")}"));
    }

    [Fact]
    public void Footers_that_are_read_and_written_are_the_same_bytes()
    {
        var file = File.ReadAllBytes(Write(Rows).Path);
        var length = BitConverter.ToInt32(file, file.Length - 8);
        var footer = file[^(length + 8)..^8];
        var again = new ArrayBufferWriter<byte>();
        ThriftWriter.Struct(again, ThriftReader.Struct(footer));
        Assert.Equal(footer, again.WrittenSpan.ToArray());
    }

    [Fact]
    public void Footers_that_are_cut_anywhere_are_refused()
    {
        var file = File.ReadAllBytes(Write("SELECT range AS n FROM range(10)").Path);
        var length = BitConverter.ToInt32(file, file.Length - 8);
        for (var cut = 0; cut < length; cut++)
            Assert.Throws<InvalidDataException>(() => ThriftReader.Struct(file.AsSpan(file.Length - 8 - length, cut)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(40)]
    public void What_is_no_Parquet_file_is_refused(int bytes)
    {
        var path = In("no.parquet");
        File.WriteAllBytes(path, new byte[bytes]);
        var none = new ParquetFile { Path = path, RowCount = 1, Bytes = bytes, FooterBytes = 0, PartitionValues = ImmutableDictionary<string, string?>.Empty, Columns = [] };
        Assert.Throws<InvalidDataException>(() => Pack(none));
    }

    [Fact]
    public void A_file_of_other_values_or_another_order_is_refused()
    {
        var (one, other) = (Write(Rows, "one"), Write($"FROM ({Rows}) ORDER BY payload", "other"));
        var refused = Assert.Throws<InvalidDataException>(() => ParquetPacker.Verify(Connection, one.Path, other.Path, numbers, TestContext.Current.CancellationToken));
        Assert.Contains(other.Path, refused.Message, StringComparison.Ordinal);
        ParquetPacker.Verify(Connection, one.Path, one.Path, numbers, TestContext.Current.CancellationToken);
    }

    private string In(string name) => Path.Combine(folder.FullName, name);

    private ParquetFile Write(string select, string name = "written") => ParquetWriter.Write(Connection, new ParquetWrite { Select = select, Target = In(name + ".parquet"), RowGroupRows = 2_048, Metadata = new Dictionary<string, string> { ["k"] = "v" } }).Single();

    private ParquetFile Pack(ParquetFile written) => ParquetPacker.Pack(Connection, written, In("packed.parquet"), numbers, TestContext.Current.CancellationToken);

    private List<object?[]> Values(ParquetFile file) => Rowed($"FROM read_parquet({DuckSql.Literal(file.Path)})");

    private List<object?[]> Statistics(ParquetFile file) =>
        Rowed($"SELECT row_group_id, path_in_schema, stats_min_value, stats_max_value, stats_null_count, num_values FROM parquet_metadata({DuckSql.Literal(file.Path)}) ORDER BY ALL");

    private List<object?[]> Rowed(string sql)
    {
        using var result = Connection.QueryMaterialized(sql);
        return [.. result.Rows()];
    }

    private long Footer(ParquetFile file, string what) => Connection.Scalar<long>($"SELECT ({what})::BIGINT FROM parquet_metadata({DuckSql.Literal(file.Path)})");
}
