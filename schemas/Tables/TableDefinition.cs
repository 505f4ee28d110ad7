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
    /// <summary>How many columns, counted from the first, have minimum, maximum and null count in the log.</summary>
    public const int IndexedColumns = 16;

    /// <summary>The generation of the columns. It grows by one whenever a column is added, so that a reader knows which files lack it.</summary>
    public int SchemaGeneration { get; init; } = 1;

    /// <summary>The columns of the files agents write: all but those of dates, which ingest sets from <c>window_start</c>.</summary>
    public IEnumerable<Column> InboxColumns => Columns.Where(column => column.Type != ColumnType.Date);

    /// <summary>The columns that stand in the data files, in their order.</summary>
    public IEnumerable<Column> DataColumns => Columns.Where(column => !PartitionColumns.Contains(column.Name));
}
