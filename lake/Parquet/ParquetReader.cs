using System.Collections.Immutable;
using System.Text;
using FlowLake.Lake.Duck;

namespace FlowLake.Lake.Parquet;

/// <summary>What a file's footer says of the whole file.</summary>
/// <param name="Path">The path as it was asked for.</param>
/// <param name="RowCount">Rows in the file.</param>
/// <param name="RowGroupCount">Row groups in the file.</param>
/// <param name="Bytes">Size of the whole file.</param>
/// <param name="Writer">The program that wrote it, as it calls itself.</param>
public sealed record ParquetFooter(string Path, long RowCount, long RowGroupCount, long Bytes, string? Writer);

/// <summary>Reads footers, not rows. Paths are of local files; <c>*</c>, <c>?</c> and <c>[</c> in them would match other files.</summary>
/// <remarks>One file that is missing or broken fails the whole call: ask again file by file to learn which.</remarks>
public static class ParquetReader
{
    /// <summary>Size and rows of each file, in no certain order.</summary>
    /// <exception cref="DuckException">A file is missing or no Parquet.</exception>
    public static ImmutableArray<ParquetFooter> Footers(DuckConnection connection, IReadOnlyCollection<string> paths)
    {
        if (paths.Count == 0)
            return [];
        using var result = connection.Query(
            $"SELECT file_name, num_rows, num_row_groups, file_size_bytes::BIGINT, created_by FROM parquet_file_metadata({DuckSql.Literals(paths)})");
        return [.. result.Rows().Select(row => new ParquetFooter((string)row[0]!, (long)row[1]!, (long)row[2]!, (long)row[3]!, (string?)row[4]))];
    }

    /// <summary>The key-value metadata of each file; a file without any has an empty entry.</summary>
    /// <exception cref="DuckException">A file is missing or no Parquet.</exception>
    public static ImmutableDictionary<string, ImmutableDictionary<string, string>> Metadata(DuckConnection connection, IReadOnlyCollection<string> paths)
    {
        var files = paths.Distinct().ToDictionary(path => path, _ => ImmutableDictionary.CreateBuilder<string, string>());
        if (files.Count > 0)
        {
            using var result = connection.Query($"SELECT file_name, key, value FROM parquet_kv_metadata({DuckSql.Literals(files.Keys)})");
            foreach (var row in result.Rows())
                files[(string)row[0]!][Text(row[1])] = Text(row[2]);
        }
        return files.ToImmutableDictionary(file => file.Key, file => file.Value.ToImmutable());
    }

    /// <summary>The columns of one file with the types they are read as.</summary>
    /// <exception cref="DuckException">The file is missing or no Parquet.</exception>
    public static ImmutableArray<DuckColumn> Columns(DuckConnection connection, string path)
    {
        // A folder named as a partition does not make a column here: what the file holds is asked for.
        using var statement = connection.Prepare($"SELECT * FROM read_parquet({DuckSql.Literal(path)}, hive_partitioning = false)");
        return statement.Columns();
    }

    private static string Text(object? bytes) => Encoding.UTF8.GetString((byte[]?)bytes ?? []);
}
