using System.Collections.Immutable;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Parquet;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Inbox;
using FlowLake.Schemas.Tables;

namespace FlowLake.Lake.Tables;

/// <summary>
/// The file one agent sends: the flows of one or more windows as rows, their coverage as metadata (<see cref="CoverageColumns.MetadataKey"/>), and the names
/// of its side objects, which hold the rows of further tables. A file without rows is a file all the same: its coverage says that nothing was seen.
/// </summary>
public static class InboxFile
{
    /// <summary>Writes a file. It is not durable before the caller makes it so.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="flows">The rows, in any order.</param>
    /// <param name="coverage">What the agent says of the windows' completeness, at least one row a window.</param>
    /// <param name="more">Further metadata, for the writer itself.</param>
    /// <param name="sides">Tables the file has a side object of, see <see cref="WriteSide"/>.</param>
    /// <exception cref="DuckException">The engine failed, for example because the disk is full.</exception>
    public static void Write(
        string path, IReadOnlyList<FlowRecord> flows, IReadOnlyList<CoverageRecord> coverage, IReadOnlyDictionary<string, string>? more = null, IEnumerable<string>? sides = null) =>
        WriteRows(path, FlowColumns.Table, flows, Metadata(coverage, sides ?? [], more));

    /// <summary>Writes a side object. It is not durable before the caller makes it so.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="table">The table its rows are of: one of <see cref="SideObject.Tables"/>.</param>
    /// <param name="rows">The rows, in any order.</param>
    /// <exception cref="DuckException">The engine failed, for example because the disk is full.</exception>
    public static void WriteSide<TRecord>(string path, TableDefinition table, IReadOnlyList<TRecord> rows) => WriteRows(path, table, rows, ImmutableDictionary<string, string>.Empty);

    /// <summary>Writes one file that holds all rows and all coverage of others, and names all their side objects. Further metadata of theirs is left out.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="sources">Files that <see cref="Write"/> wrote, at least one.</param>
    /// <exception cref="DuckException">A source is absent or no Parquet, or the engine failed.</exception>
    /// <exception cref="InvalidDataException">A source holds no coverage.</exception>
    public static void Merge(string path, IReadOnlyList<string> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentOutOfRangeException.ThrowIfZero(sources.Count);
        using var database = RecordFile.OpenEngine(path);
        using var connection = database.Connect();
        var metadata = ParquetReader.Metadata(connection, sources);
        var coverage = sources.SelectMany(source => CoverageOf(metadata[source], source)).ToArray();
        var sides = metadata.Values.SelectMany(SidesOf).Distinct();
        MergeRows(connection, path, FlowColumns.Table, sources, Metadata(coverage, sides, null));
    }

    /// <summary>Writes one side object that holds all rows of others of one table.</summary>
    /// <exception cref="DuckException">A source is absent or no Parquet, or the engine failed.</exception>
    public static void MergeSides(string path, TableDefinition table, IReadOnlyList<string> sources)
    {
        using var database = RecordFile.OpenEngine(path);
        using var connection = database.Connect();
        MergeRows(connection, path, table, sources, ImmutableDictionary<string, string>.Empty);
    }

    /// <summary>The tables of the side objects a file names.</summary>
    public static IEnumerable<string> SidesOf(IReadOnlyDictionary<string, string> metadata) => SideObject.Names(metadata.GetValueOrDefault(SideObject.MetadataKey));

    /// <summary>How many rows a file or side object holds.</summary>
    /// <exception cref="DuckException">The file is absent or no Parquet.</exception>
    public static long CountRows(string path)
    {
        using var database = RecordFile.OpenEngine(path);
        using var connection = database.Connect();
        return ParquetReader.Footers(connection, [path]).Single().RowCount;
    }

    /// <summary>The metadata of a file, the coverage as its JSON text among it.</summary>
    /// <exception cref="DuckException">The file is absent or no Parquet.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path)
    {
        using var database = RecordFile.OpenEngine(path);
        using var connection = database.Connect();
        return ParquetReader.Metadata(connection, [path])[path];
    }

    /// <summary>The coverage rows of a file.</summary>
    /// <exception cref="DuckException">The file is absent or no Parquet.</exception>
    /// <exception cref="InvalidDataException">It holds no coverage, so no agent wrote it.</exception>
    public static IReadOnlyList<CoverageRecord> ReadCoverage(string path) => CoverageOf(ReadMetadata(path), path);

    private static IReadOnlyList<CoverageRecord> CoverageOf(IReadOnlyDictionary<string, string> metadata, string path) =>
        metadata.TryGetValue(CoverageColumns.MetadataKey, out var json)
            ? CoverageJson.Read(json)
            : throw new InvalidDataException($"{path} has no metadata {CoverageColumns.MetadataKey}: it is no inbox file");

    // In the order of the table: the rows go into it, and a file compresses best in it.
    private static void WriteRows<TRecord>(string path, TableDefinition table, IReadOnlyList<TRecord> rows, IReadOnlyDictionary<string, string> metadata) =>
        RecordFile.Write(path, [.. table.InboxColumns], rows, table.SortOrder, metadata);

    private static void MergeRows(DuckConnection connection, string path, TableDefinition table, IReadOnlyList<string> sources, IReadOnlyDictionary<string, string> metadata)
    {
        var columns = DuckSql.Identifiers(table.InboxColumns.Select(column => column.Name));
        ParquetWriter.Write(connection, new ParquetWrite
        {
            // By name, for a source that an older version wrote lacks the newer columns.
            Select = $"SELECT {columns} FROM read_parquet({DuckSql.Literals(sources)}, union_by_name = true, hive_partitioning = false){RecordFile.OrderBy(table.SortOrder)}",
            Target = path,
            Metadata = metadata,
        });
    }

    private static Dictionary<string, string> Metadata(IReadOnlyList<CoverageRecord> coverage, IEnumerable<string> sides, IReadOnlyDictionary<string, string>? more)
    {
        var metadata = new Dictionary<string, string>(more ?? ImmutableDictionary<string, string>.Empty, StringComparer.Ordinal) { [CoverageColumns.MetadataKey] = CoverageJson.Write(coverage) };
        if (SideObject.NamesText(sides) is { Length: > 0 } names)
            metadata[SideObject.MetadataKey] = names;
        return metadata;
    }
}
