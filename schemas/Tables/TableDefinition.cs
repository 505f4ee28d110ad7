using System.Collections.Immutable;

namespace FlowLake.Schemas.Tables;

/// <summary>A table of the lake: its name, its columns, how it is cut into partitions and sorted inside a file.</summary>
/// <param name="Name">The table's folder in the object store and its name in messages.</param>
/// <param name="Columns">All columns in their order. The first <see cref="IndexedColumns"/> of them get statistics in the log.</param>
/// <param name="PartitionColumns">Names of the columns that place a file; they stand in the log and not in the data files.</param>
/// <param name="SortOrder">SQL order terms a data file is sorted by, most important first.</param>
public sealed record TableDefinition(
    string Name,
    ImmutableArray<Column> Columns,
    ImmutableArray<string> PartitionColumns,
    ImmutableArray<string> SortOrder)
{
    /// <summary>The database under which the deployment registers tables, for Athena and whoever else reads the Glue catalog.</summary>
    public const string CatalogDatabase = "flowlake";

    /// <summary>How many columns, counted from the first, have minimum, maximum and null count in the log.</summary>
    public const int IndexedColumns = 16;

    /// <summary>The generation of the columns. It grows by one whenever a column is added, so that a reader knows which files lack it.</summary>
    public int SchemaGeneration { get; init; } = 1;

    /// <summary>Names of columns the table's log has with types no column of ours has: only a newer FlowLake can write the table's files anew without losing them.</summary>
    public ImmutableArray<string> UnreadableColumns { get; init; } = [];

    /// <summary>The columns newer agents brought, in the order the table got them.</summary>
    public IEnumerable<LearnedColumn> LearnedColumns => Columns.OfType<LearnedColumn>();

    /// <summary>
    /// Files of one generation have the same columns: <c>1</c>, or <c>1.2</c> where the first two columns learned are among them. A table learns columns one commit after the other,
    /// so their number says which they are.
    /// </summary>
    public string FileGeneration => LearnedColumns.Count() is > 0 and var learned ? $"{SchemaGeneration}.{learned}" : $"{SchemaGeneration}";

    /// <summary>The columns of the files agents write: all but those of dates, which ingest sets from <c>window_start</c>.</summary>
    public IEnumerable<Column> InboxColumns => Columns.Where(column => column.Type != ColumnType.Date);

    /// <summary>The columns that stand in the data files, in their order.</summary>
    public IEnumerable<Column> DataColumns => Columns.Where(column => !PartitionColumns.Contains(column.Name));
}
