using System.Collections.Immutable;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Parquet;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Tables;

namespace FlowLake.Ingest.Batches;

/// <summary>Writes the rows of one partition into one data file, in the table's order.</summary>
/// <remarks>
/// A COPY a partition, over the files that hold rows of it, rather than one COPY with PARTITION_BY: that one writes the partitions of several threads in turns,
/// so that its files are sorted in stretches only (6 to 11 of them in 400,000 rows), and sorts all rows at once, for which it spills. Measured on 3 million rows in
/// 9 partitions with 512 MB: 12 s against 10 to 25 s, and files 1.7 % smaller.
/// </remarks>
internal static class PartitionWriter
{
    /// <summary>Writes the file.</summary>
    /// <param name="connection">The engine.</param>
    /// <param name="feed">Gives the rows.</param>
    /// <param name="files">The inbox files that hold rows of the partition.</param>
    /// <param name="partition">Values of the table's partition columns, in their order.</param>
    /// <param name="rows">How many rows were seen to be of it.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The file, and what its writer knows of its columns.</returns>
    /// <exception cref="DuckException">A value cannot be read, or the machine has no room.</exception>
    public static (DataFile File, ParquetFile Written) Write(DuckConnection connection, Feed feed, IReadOnlyList<LocalFile> files, ImmutableArray<string?> partition, long rows, string path, CancellationToken cancellationToken)
    {
        var table = feed.Table;
        var values = table.PartitionColumns.Zip(partition).ToImmutableSortedDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        var rowsOfPartition = $"""
            SELECT {DuckSql.Identifiers(table.DataColumns.Select(column => column.Name))}
            FROM ({feed.Rows(files)})
            WHERE {string.Join(" AND ", values.Select(value => $"{DuckSql.Identifier(value.Key)} IS NOT DISTINCT FROM {Literal(table, value.Key, value.Value)}"))}
            ORDER BY {string.Join(", ", table.SortOrder)}
            """;
        var written = ParquetWriter.Write(connection, new ParquetWrite { Select = rowsOfPartition, Target = path }, cancellationToken).Single();
        if (written.RowCount != rows)
            throw new InvalidOperationException($"{written.RowCount} rows of {table.Name} were written where {rows} had been seen: a file changed while it was read");
        return (DataFile.Of(table, written, values), written);
    }

    private static string Literal(TableDefinition table, string column, string? value)
    {
        if (value is null)
            return "NULL";
        return table.Columns.Single(candidate => candidate.Name == column).Type == ColumnType.Date ? $"CAST({DuckSql.Literal(value)} AS DATE)" : DuckSql.Literal(value);
    }
}
