using FlowLake.Lake.Duck;
using FlowLake.Schemas.Tables;

namespace FlowLake.Lake.Parquet;

/// <summary>Writes records of any column list to one Parquet file, sorted, with key-value metadata.</summary>
public static class RecordFile
{
    /// <summary>How the folder beside a file ends that takes what does not fit into the engine's memory. It outlives a process that is killed.</summary>
    public const string SpillSuffix = ".spill";

    private const string Table = "records";

    /// <summary>
    /// Memory of the engine in bytes. A window's rows take a few MB; the engine is opened for each file and closed again, because kept open it
    /// grows by and by (81 to 97 MB over 300 files, against a steady 72).
    /// </summary>
    private const long MemoryBytes = 256 << 20;

    /// <summary>Writes the file, also when there are no records. It is not durable before the caller makes it so.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="columns">The file's columns in their order, each a <see cref="Column{TRecord, TValue}"/> of this record type.</param>
    /// <param name="records">The rows.</param>
    /// <param name="sortOrder">SQL order terms over the columns; empty keeps the order of the records.</param>
    /// <param name="metadata">Key-value metadata of the file.</param>
    /// <returns>What its writer knows of it.</returns>
    /// <exception cref="DuckException">The engine failed, for example because the disk is full.</exception>
    public static ParquetFile Write<TRecord>(
        string path,
        IReadOnlyList<Column> columns,
        IReadOnlyCollection<TRecord> records,
        IReadOnlyList<string> sortOrder,
        IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(sortOrder);
        var fields = columns.Select(RecordField<TRecord>.Of).ToArray();
        using var database = OpenEngine(path);
        using var connection = database.Connect();
        connection.Execute($"CREATE TABLE {Table} ({string.Join(", ", columns.Select(column => $"{DuckSql.Identifier(column.Name)} {DuckColumnType.Name(column.Type)}"))})");
        using (var appender = connection.Appender(Table))
        {
            foreach (var record in records)
            {
                for (var column = 0; column < fields.Length; column++)
                    fields[column].Set(appender, column, record);
                appender.EndRow();
            }

            appender.Close();
        }

        return ParquetWriter.Write(connection, new ParquetWrite { Select = $"SELECT * FROM {Table}{OrderBy(sortOrder)}", Target = path, Metadata = metadata }).Single();
    }

    /// <summary>An engine for one small file. Rows that do not fit into its memory go to a folder beside the file, which is gone with the engine.</summary>
    internal static DuckDatabase OpenEngine(string path) => DuckDatabase.Open(new DuckOptions { Threads = 1, MemoryLimitBytes = MemoryBytes, TempDirectory = path + SpillSuffix });

    internal static string OrderBy(IReadOnlyList<string> terms) => terms.Count == 0 ? "" : $" ORDER BY {string.Join(", ", terms)}";
}
