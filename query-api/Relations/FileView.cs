using FlowLake.Lake.Duck;
using FlowLake.Lake.Replicas;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Tables;

namespace FlowLake.QueryApi.Relations;

/// <summary>The SELECT over data files of a table, with the columns of its definition and a key.</summary>
internal static class FileView
{
    /// <summary>The columns of the definition, in its order, and <see cref="Relation.KeyColumn"/>: the file's name and the row's number in it.</summary>
    /// <remarks>
    /// The empty first part gives every column its type, also where there is no file yet, and where only newer files have the column. Files are read
    /// by generation of the schema, since the engine takes the columns of a whole list from its first file.
    /// </remarks>
    /// <param name="table">The table.</param>
    /// <param name="files">Its files.</param>
    /// <param name="links">Where the engine finds them.</param>
    /// <param name="after">A row behind which to begin; null for the first.</param>
    public static string Select(TableDefinition table, IEnumerable<ReplicaFile> files, PartitionLinks links, ScanPosition? after = null)
    {
        var columns = table.Columns.Select(RelationColumn.Of).ToArray();
        var names = DuckSql.Identifiers(columns.Select(column => column.Name));
        var typed = string.Join(", ", columns.Select(column => $"CAST(NULL AS {column.SqlType}) AS {DuckSql.Identifier(column.Name)}"));
        IEnumerable<ReplicaFile> ordered = files.OrderBy(file => Generation(file.Add), StringComparer.Ordinal);
        var generations = (after is null ? ordered : From(ordered, after))
            .GroupBy(file => Generation(file.Add))
            .Select(group => $" UNION ALL BY NAME {Read(table, group.Select(file => links.PathTo(file, table.PartitionColumns)))}{Rest(after)}");
        return $"SELECT {names}, {Relation.KeyColumn} FROM (SELECT {typed}, CAST(NULL AS VARCHAR) AS {Relation.KeyColumn} WHERE false{string.Concat(generations)})";
    }

    // The files from that of a row on; of that one only the rows behind it are left.
    private static ReplicaFile[] From(IEnumerable<ReplicaFile> files, ScanPosition after)
    {
        ReplicaFile[] rest = [.. files.SkipWhile(file => Path.GetFileNameWithoutExtension(file.LocalPath) != after.File)];
        return rest.Length > 0 ? rest : throw new InvalidOperationException($"the snapshot has no file {after.File}, with which a page ended");
    }

    private static string Rest(ScanPosition? after) => after is null ? "" : $" WHERE parse_filename(filename, true) <> {DuckSql.Literal(after.File)} OR file_row_number > {after.Row}";

    private static string Read(TableDefinition table, IEnumerable<string> paths)
    {
        // As text: a bare DATE within a correlated subquery is taken for the column date around it.
        var types = string.Join(", ", table.Columns
            .Where(column => table.PartitionColumns.Contains(column.Name))
            .Select(column => $"{DuckSql.Literal(column.Name)}: {DuckSql.Literal(RelationColumn.Of(column).SqlType)}"));
        var partitions = types.Length == 0 ? "hive_partitioning = false" : $"hive_partitioning = true, hive_types = {{{types}}}";
        return $"SELECT *, parse_filename(filename, true) || '-' || file_row_number AS {Relation.KeyColumn} "
            + $"FROM read_parquet({DuckSql.Literals(paths)}, file_row_number = true, {partitions})";
    }

    private static string Generation(AddAction add) => add.Tags?.GetValueOrDefault(DeltaSchema.GenerationTag) ?? "1";
}
