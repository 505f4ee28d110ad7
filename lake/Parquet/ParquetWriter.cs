using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using FlowLake.Lake.Duck;

namespace FlowLake.Lake.Parquet;

/// <summary>Writes Parquet files by the engine's COPY and gives what it says of them.</summary>
public static class ParquetWriter
{
    /// <summary>Writes the rows.</summary>
    /// <param name="connection">Where the SELECT runs.</param>
    /// <param name="write">What and where.</param>
    /// <param name="cancellationToken">Interrupts the write; files already begun are left behind.</param>
    /// <param name="parameters">Values of the SELECT's parameters.</param>
    /// <returns>The files: one, of no rows when there are none; with partitions one or more each, and none when there are no rows.</returns>
    /// <exception cref="ArgumentException">A column is a HUGEINT or UHUGEINT, which Parquet has no type for.</exception>
    /// <exception cref="DuckException">The engine refused or failed.</exception>
    public static ImmutableArray<ParquetFile> Write(
        DuckConnection connection, ParquetWrite write, CancellationToken cancellationToken = default, params object?[] parameters)
    {
        RefuseHuge(connection, write.Select);
        using var result = connection.QueryMaterialized(Sql(write), cancellationToken, parameters);
        var files = ImmutableArray.CreateBuilder<ParquetFile>();
        while (result.Read())
        {
            for (var row = 0; row < result.RowCount; row++)
                files.Add(ParquetStatistics.File(result, row));
        }
        return files.ToImmutable();
    }

    private static string Sql(ParquetWrite write)
    {
        var options = new StringBuilder("FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2, RETURN_STATS");
        if (!write.PartitionBy.IsEmpty)
        {
            options.Append(CultureInfo.InvariantCulture, $", PARTITION_BY ({DuckSql.Identifiers(write.PartitionBy)})");
            options.Append(CultureInfo.InvariantCulture, $", FILENAME_PATTERN {DuckSql.Literal(write.FileNamePattern)}, OVERWRITE_OR_IGNORE");
        }
        if (write.Metadata.Count > 0)
        {
            var pairs = write.Metadata.Select(pair => $"{DuckSql.Identifier(pair.Key)}: {DuckSql.Literal(pair.Value)}");
            options.Append(CultureInfo.InvariantCulture, $", KV_METADATA {{{string.Join(", ", pairs)}}}");
        }
        if (write.RowGroupRows is { } rows)
            options.Append(CultureInfo.InvariantCulture, $", ROW_GROUP_SIZE {rows}");
        return $"COPY ({write.Select}) TO {DuckSql.Literal(write.Target)} ({options})";
    }

    // The engine writes 9007199254740993 of a HUGEINT as the double ...992, without a word.
    private static void RefuseHuge(DuckConnection connection, string select)
    {
        using var statement = connection.Prepare(select);
        foreach (var column in statement.Columns())
        {
            if (column.Type.Id is DuckTypeId.HugeInt or DuckTypeId.UHugeInt)
                throw new ArgumentException($"Column \"{column.Name}\" is a {column.Type}, which Parquet has no type for: its digits would be lost. Cast it to BIGINT.", nameof(select));
        }
    }
}
