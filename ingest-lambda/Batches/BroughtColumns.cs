using FlowLake.Lake.Duck;
using FlowLake.Schemas.Tables;

namespace FlowLake.Ingest.Batches;

/// <summary>Judges the columns inbox files bring by those the table has, and adds to the table what newer agents bring.</summary>
/// <param name="inLog">The table as its log has it.</param>
internal sealed class BroughtColumns(TableDefinition inLog)
{
    /// <summary>Types a file's column may have, by the table's: the same, or one that fits into it whole.</summary>
    private static readonly Dictionary<ColumnType, string[]> compatible = new()
    {
        [ColumnType.Boolean] = ["BOOLEAN"],
        [ColumnType.Int32] = ["INTEGER", "SMALLINT", "TINYINT", "USMALLINT", "UTINYINT"],
        [ColumnType.Int64] = ["BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UINTEGER", "USMALLINT", "UTINYINT"],
        [ColumnType.String] = ["VARCHAR"],
        [ColumnType.Timestamp] = ["TIMESTAMP WITH TIME ZONE"],
    };

    /// <summary>Types of columns a table learns: those FlowLake writes, the date excepted.</summary>
    private static readonly Dictionary<string, ColumnType> learnable = compatible.Keys.ToDictionary(DuckColumnType.Name);

    // Names are compared as the engine does, without regard to case.
    private readonly Dictionary<string, Column> known = inLog.Columns.ToDictionary(column => column.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the table's column of this name is a date, which ingest sets itself.</summary>
    public bool IsDate(string name) => known.GetValueOrDefault(name)?.Type == ColumnType.Date;

    /// <summary>What is wrong with a column of a file, or null.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">The engine's name of its type; null where it is nested.</param>
    public string? Complaint(string name, string? type)
    {
        if (known.TryGetValue(name, out var column))
            return compatible[column.Type].Contains(type) ? null : Mismatch(column.Name, type, column.Type);
        if (inLog.UnreadableColumns.Contains(name, StringComparer.OrdinalIgnoreCase))
            return $"its column {name} is {type ?? "nested"}, and {inLog.Name} has it with a type this FlowLake does not know";
        var wrong = LearnedColumn.NameComplaint(name) ?? (type is not null && learnable.ContainsKey(type) ? null : $"it is {type ?? "nested"}, and {string.Join(", ", learnable.Keys)} are allowed");
        return wrong is null ? null : $"its column {name} is not known to {inLog.Name} and cannot be added: {wrong}";
    }

    /// <summary>The table with the columns it lacks and the files bring.</summary>
    /// <param name="files">The files, in the order of their keys.</param>
    /// <param name="columnsOf">The columns of a file without a <see cref="Complaint"/>.</param>
    /// <param name="complain">Gets a file whose columns do not go together with those of the files before it, and why.</param>
    public TableDefinition Learn(IReadOnlyList<LocalFile> files, Func<LocalFile, IReadOnlyCollection<(string Name, string? Type)>> columnsOf, Action<LocalFile, string> complain)
    {
        var learned = new Dictionary<string, ColumnType>(StringComparer.Ordinal);
        var room = LearnedColumn.ColumnsMax - inLog.LearnedColumns.Count();
        foreach (var file in files)
        {
            (string Name, string Type)[] brought = [.. columnsOf(file).Where(column => !known.ContainsKey(column.Name)).Select(column => (column.Name, column.Type!))];
            var added = brought.Where(column => !learned.ContainsKey(column.Name)).ToArray();
            if (brought.FirstOrDefault(column => learned.TryGetValue(column.Name, out var type) && !compatible[type].Contains(column.Type)) is { Name: not null } other)
                complain(file, Mismatch(other.Name, other.Type, learned[other.Name]));
            else if (learned.Count + added.Length > room)
                complain(file, $"it brings {added.Length} columns that {inLog.Name} does not know, the first is {added[0].Name}; with {inLog.LearnedColumns.Count() + learned.Count} learned before, {LearnedColumn.ColumnsMax} are allowed");
            else
                Array.ForEach(added, column => learned.Add(column.Name, learnable[column.Type]));
        }

        return inLog with { Columns = [.. inLog.Columns, .. learned.OrderBy(column => column.Key, StringComparer.Ordinal).Select(column => new LearnedColumn(column.Key, column.Value))] };
    }

    private static string Mismatch(string name, string? type, ColumnType expected) => $"its column {name} is {type ?? "nested"} where {DuckColumnType.Name(expected)} is expected";
}
