using System.Collections.Immutable;
using FlowLake.Lake.Duck;
using FlowLake.Schemas.Tables;

namespace FlowLake.Ingest.Batches;

/// <summary>A table whose rows are those of the files: of inbox files for <c>flows</c>, of side objects for others. Columns a file lacks are null, columns the table lacks it learns.</summary>
/// <param name="table">The table as its log has it.</param>
public sealed class RowsFeed(TableDefinition table) : Feed(table)
{
    private readonly BroughtColumns brought = new(table);

    /// <summary>The columns a file has, as it writes their names, with their types; without those that ingest sets.</summary>
    private readonly Dictionary<string, ImmutableArray<(string Name, string? Type)>> columnsByPath = [];

    /// <inheritdoc/>
    public override void Open(DuckConnection connection, IReadOnlyList<LocalFile> files, Action<LocalFile, string> complain)
    {
        var schemas = ReadSchemas(connection, files);
        foreach (var file in files)
        {
            (string Name, string? Type)[] columns = [.. schemas[file.Path].Where(column => !brought.IsDate(column.Key)).Select(column => (column.Key, column.Value)).Order()];
            if (columns.Select(column => brought.Complaint(column.Name, column.Type)).FirstOrDefault(complaint => complaint is not null) is { } wrong)
                complain(file, wrong);
            columnsByPath[file.Path] = [.. columns];
        }
    }

    /// <inheritdoc/>
    public override void Learn(IReadOnlyList<LocalFile> files, Action<LocalFile, string> complain) => Table = brought.Learn(files, file => columnsByPath[file.Path], complain);

    /// <inheritdoc/>
    public override string Rows(IReadOnlyList<LocalFile> files)
    {
        var columns = files.Select(file => columnsByPath[file.Path]).ToArray();
        var present = columns.SelectMany(file => file).Select(column => column.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        // Without it the first file's columns stand for all files', which is true of files of one version; and it costs a third of the time of small files.
        var byName = columns.Any(file => !file.SequenceEqual(columns[0]));
        return $"""
            SELECT {string.Join(", ", Table.Columns.Select(column => $"{Expression(column, present)} AS {DuckSql.Identifier(column.Name)}"))}, {FileColumn}
            FROM read_parquet({DuckSql.Literals(files.Select(file => file.Pattern))}, union_by_name = {(byName ? "true" : "false")}, hive_partitioning = false, filename = '{FileColumn}')
            """;
    }

    private static string Expression(Column column, HashSet<string> present)
    {
        if (column.Type == ColumnType.Date)
            return present.Contains("window_start") ? "CAST(window_start AS DATE)" : "CAST(NULL AS DATE)";
        if (!present.Contains(column.Name))
            return $"CAST(NULL AS {DuckColumnType.Name(column.Type)})";
        var value = $"CAST({DuckSql.Identifier(column.Name)} AS {DuckColumnType.Name(column.Type)})";
        return column.Type == ColumnType.String ? $"nullif({value}, '')" : value;
    }

    // Top-level columns and their types by file; null is the type of a nested one. The function lists the tree of each file depth first, root first.
    private static Dictionary<string, Dictionary<string, string?>> ReadSchemas(DuckConnection connection, IReadOnlyList<LocalFile> files)
    {
        var schemas = files.ToDictionary(file => file.Path, _ => new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase));
        using var result = connection.Query($"""
            SELECT file_name, name, duckdb_type, coalesce(num_children, 0)::BIGINT, column_id::BIGINT
            FROM parquet_schema({DuckSql.Literals(files.Select(file => file.Pattern))})
            ORDER BY file_name, column_id
            """);
        var open = new Stack<long>();
        while (result.Read())
        {
            for (var row = 0; row < result.RowCount; row++)
            {
                if (result.Vector(4).Values<long>()[row] == 0)
                    open.Clear();
                else
                    open.Push(open.Pop() - 1);
                if (open.Count == 1)
                    schemas[result.Vector(0).Text(row)!][result.Vector(1).Text(row)!] = result.Vector(2).Text(row);
                var children = result.Vector(3).Values<long>()[row];
                if (children > 0 || open.Count == 0)
                    open.Push(children);
                while (open.Count > 1 && open.Peek() == 0)
                    open.Pop();
            }
        }

        return schemas;
    }
}
