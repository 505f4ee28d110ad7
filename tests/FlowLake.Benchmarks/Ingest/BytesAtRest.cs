using FlowLake.Lake.Duck;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Tables;

namespace FlowLake.Benchmarks.Ingest;

/// <summary>What a row of some data files takes on disk.</summary>
/// <param name="ByColumn">Bytes a row, by column.</param>
/// <param name="RowBytes">Bytes a row in all, footers included.</param>
/// <param name="JsonBytes">Bytes a row takes as JSON, uncompressed.</param>
/// <param name="ArrivalBytes">Bytes a row takes in the order rows come in, otherwise written alike.</param>
internal sealed record BytesAtRest(IReadOnlyDictionary<string, double> ByColumn, double RowBytes, double JsonBytes, double ArrivalBytes)
{
    /// <summary>Bytes a row of all columns that are neither counters nor the time.</summary>
    public double NameBytes => FlowColumns.Table.DataColumns.Where(column => column.Type is not (ColumnType.Int64 or ColumnType.Timestamp)).Sum(column => ByColumn[column.Name]);

    /// <param name="files">The files.</param>
    /// <param name="sampleRows">Rows of the first file that are written as JSON and in arrival order for comparison.</param>
    public static BytesAtRest Of(IReadOnlyList<string> files, long sampleRows)
    {
        using var database = DuckDatabase.Open(new DuckOptions { MemoryLimitBytes = 1L << 30, TempDirectory = Path.GetDirectoryName(files[0]) + "-spill" });
        using var connection = database.Connect();
        var list = DuckSql.Literals(files);
        var rows = connection.Scalar<long>($"SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata({list})");
        using var columns = connection.QueryMaterialized($"SELECT path_in_schema, sum(total_compressed_size)::BIGINT FROM parquet_metadata({list}) GROUP BY ALL");
        var byColumn = columns.Rows().ToDictionary(row => (string)row[0]!, row => (long)row[1]! / (double)rows);
        var sample = Path.GetTempFileName();
        try
        {
            connection.Execute($"CREATE TEMP TABLE sample AS SELECT * FROM read_parquet({DuckSql.Literal(files[0])}, hive_partitioning = false) ORDER BY window_start, node LIMIT {sampleRows}");
            var count = connection.Scalar<long>("SELECT count(*) FROM sample");
            connection.Execute($"COPY sample TO {DuckSql.Literal(sample)} (FORMAT json)");
            var json = new FileInfo(sample).Length / (double)count;
            connection.Execute($"COPY sample TO {DuckSql.Literal(sample)} (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2)");
            return new BytesAtRest(byColumn, files.Sum(file => new FileInfo(file).Length) / (double)rows, json, new FileInfo(sample).Length / (double)count);
        }
        finally
        {
            File.Delete(sample);
        }
    }
}
