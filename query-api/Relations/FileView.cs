using System.Globalization;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Replicas;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Tables;

namespace FlowLake.QueryApi.Relations;

/// <summary>The SELECT over data files of a table.</summary>
/// <remarks>Files are read by generation of the schema, since the engine takes the columns of a whole list from its first file.</remarks>
internal static class FileView
{
    /// <summary>All columns of the definition, in its order, and <see cref="Relation.KeyColumn"/>: the file's name and the row's number in it.</summary>
    /// <param name="table">The table.</param>
    /// <param name="files">Its files.</param>
    /// <param name="links">Where the engine finds them.</param>
    /// <param name="after">A row behind which to begin; null for the first.</param>
    public static string Keyed(TableDefinition table, IEnumerable<ReplicaFile> files, PartitionLinks links, ScanPosition? after)
    {
        var read = after is null ? files : From(files, after);
        return Select(table, table.Columns, isKeyed: true, read, links, Behind(after));
    }

    /// <summary>Some columns of the definition, without a key. The engine binds each that is named when a view is made, when a statement is prepared, and when it runs.</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="files">Its files.</param>
    /// <param name="links">Where the engine finds them.</param>
    public static string Some(TableDefinition table, IReadOnlyCollection<Column> columns, IEnumerable<ReplicaFile> files, PartitionLinks links) =>
        Select(table, columns, isKeyed: false, files, links, condition: "");

    /// <summary>No rows, with some columns of a table.</summary>
    public static string None(IEnumerable<Column> columns) => $"SELECT {Typed(columns)} WHERE false";

    private static string Select(TableDefinition table, IReadOnlyCollection<Column> columns, bool isKeyed, IEnumerable<ReplicaFile> files, PartitionLinks links, string condition)
    {
        var generations = Generations(files).ToArray();
        var (key, keyName, typedKey) = isKeyed
            ? ($", parse_filename(filename, true) || '-' || file_row_number AS {Relation.KeyColumn}", $", {Relation.KeyColumn}", $", CAST(NULL AS VARCHAR) AS {Relation.KeyColumn}")
            : ("", "", "");
        var names = DuckSql.Identifiers(columns.Select(column => column.Name));
        if (generations.Length > 0 && generations.All(generation => HasAllColumns(table, generation.Key)))
            return string.Join(" UNION ALL ", generations.Select(generation => $"SELECT {names}{key} FROM {Read(table, generation, links, condition)}"));

        // An empty first part gives every column its type, also where there is no file yet, and where only newer files have the column.
        var present = $"COLUMNS(name -> name IN ({string.Join(", ", columns.Select(column => DuckSql.Literal(column.Name)))}))";
        var parts = string.Concat(generations.Select(generation => $" UNION ALL BY NAME SELECT {present}{key} FROM {Read(table, generation, links, condition)}"));
        return $"SELECT {names}{keyName} FROM (SELECT {Typed(columns)}{typedKey} WHERE false{parts})";
    }

    private static string Typed(IEnumerable<Column> columns) =>
        string.Join(", ", columns.Select(RelationColumn.Of).Select(column => $"CAST(NULL AS {column.SqlType}) AS {DuckSql.Identifier(column.Name)}"));

    private static IEnumerable<IGrouping<string, ReplicaFile>> Generations(IEnumerable<ReplicaFile> files) =>
        files.GroupBy(file => Generation(file.Add)).OrderBy(generation => generation.Key, StringComparer.Ordinal);

    // The files from that of a row on, in the order of scanning; of that one only the rows behind it are left.
    private static ReplicaFile[] From(IEnumerable<ReplicaFile> files, ScanPosition after)
    {
        ReplicaFile[] rest = [.. Generations(files).SelectMany(generation => generation).SkipWhile(file => Path.GetFileNameWithoutExtension(file.LocalPath) != after.File)];
        return rest.Length > 0 ? rest : throw new InvalidOperationException($"the snapshot has no file {after.File}, with which a page ended");
    }

    private static string Behind(ScanPosition? after) => after is null ? "" : $" WHERE parse_filename(filename, true) <> {DuckSql.Literal(after.File)} OR file_row_number > {after.Row}";

    private static string Read(TableDefinition table, IEnumerable<ReplicaFile> files, PartitionLinks links, string condition)
    {
        // As text: a bare DATE within a correlated subquery is taken for the column date around it.
        var types = string.Join(", ", table.Columns
            .Where(column => table.PartitionColumns.Contains(column.Name))
            .Select(column => $"{DuckSql.Literal(column.Name)}: {DuckSql.Literal(RelationColumn.Of(column).SqlType)}"));
        var partitions = types.Length == 0 ? "hive_partitioning = false" : $"hive_partitioning = true, hive_types = {{{types}}}";
        return $"read_parquet({DuckSql.Literals(files.Select(file => links.PathTo(file, table.PartitionColumns)))}, file_row_number = true, {partitions}){condition}";
    }

    private static string Generation(AddAction add) => add.Tags?.GetValueOrDefault(DeltaSchema.GenerationTag) ?? "1";

    // Behind the point is how many columns the table had learned.
    private static bool HasAllColumns(TableDefinition table, string generation) => generation.Split('.')[0] == table.SchemaGeneration.ToString(CultureInfo.InvariantCulture);
}
