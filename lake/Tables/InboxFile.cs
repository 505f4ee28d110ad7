using System.Collections.Immutable;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Parquet;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Flows;

namespace FlowLake.Lake.Tables;

/// <summary>
/// The file one agent sends: the flows of one or more windows as rows, their coverage as metadata (<see cref="CoverageColumns.MetadataKey"/>).
/// A file without rows is a file all the same: its coverage says that nothing was seen.
/// </summary>
public static class InboxFile
{
    // The order of the table: the rows go into it, and a file compresses best in it.
    private static readonly ImmutableArray<string> sortOrder = FlowColumns.Table.SortOrder;

    /// <summary>Writes a file. It is not durable before the caller makes it so.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="flows">The rows, in any order.</param>
    /// <param name="coverage">What the agent says of the windows' completeness, at least one row a window.</param>
    /// <param name="more">Further metadata, for the writer itself.</param>
    /// <exception cref="DuckException">The engine failed, for example because the disk is full.</exception>
    public static void Write(string path, IReadOnlyList<FlowRecord> flows, IReadOnlyList<CoverageRecord> coverage, IReadOnlyDictionary<string, string>? more = null) =>
        RecordFile.Write(path, FlowColumns.Inbox, flows, sortOrder, Metadata(coverage, more));

    /// <summary>Writes one file that holds all rows and all coverage of others. Further metadata of theirs is left out.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="sources">Files that <see cref="Write"/> wrote, at least one.</param>
    /// <exception cref="DuckException">A source is absent or no Parquet, or the engine failed.</exception>
    /// <exception cref="InvalidDataException">A source holds no coverage.</exception>
    public static void Merge(string path, IReadOnlyList<string> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentOutOfRangeException.ThrowIfZero(sources.Count);
        using var database = RecordFile.OpenEngine();
        using var connection = database.Connect();
        var metadata = ParquetReader.Metadata(connection, sources);
        var coverage = sources.SelectMany(source => CoverageOf(metadata[source], source)).ToArray();
        var columns = DuckSql.Identifiers(FlowColumns.Inbox.Select(column => column.Name));
        ParquetWriter.Write(connection, new ParquetWrite
        {
            // By name, for a source that an older version wrote lacks the newer columns.
            Select = $"SELECT {columns} FROM read_parquet({DuckSql.Literals(sources)}, union_by_name = true, hive_partitioning = false){RecordFile.OrderBy(sortOrder)}",
            Target = path,
            Metadata = Metadata(coverage, null),
        });
    }

    /// <summary>The metadata of a file, the coverage as its JSON text among it.</summary>
    /// <exception cref="DuckException">The file is absent or no Parquet.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path)
    {
        using var database = RecordFile.OpenEngine();
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

    private static Dictionary<string, string> Metadata(IReadOnlyList<CoverageRecord> coverage, IReadOnlyDictionary<string, string>? more) =>
        new(more ?? new Dictionary<string, string>(), StringComparer.Ordinal) { [CoverageColumns.MetadataKey] = CoverageJson.Write(coverage) };
}
