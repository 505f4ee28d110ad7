using FlowLake.Lake.Duck;
using FlowLake.Schemas.Tables;

namespace FlowLake.Lake.Parquet;

/// <summary>The rows of some data files of a table as SQL, whatever generations of its columns wrote them.</summary>
public static class TableRows
{
    /// <summary>A SELECT of the columns that stand in data files, each with its type; null where a file lacks it. Columns the table does not have are left out.</summary>
    /// <param name="table">The table.</param>
    /// <param name="paths">The files, on this machine; at least one.</param>
    public static string Select(TableDefinition table, IEnumerable<string> paths)
    {
        var columns = table.DataColumns.ToArray();
        var typed = string.Join(", ", columns.Select(column => $"CAST(NULL AS {DuckColumnType.Name(column.Type)}) AS {DuckSql.Identifier(column.Name)}"));
        // The engine takes a list's columns from its first file unless it is told to look at all; the empty first part names those that no file has.
        return $"""
            SELECT {DuckSql.Identifiers(columns.Select(column => column.Name))}
            FROM (SELECT {typed} WHERE false
                UNION ALL BY NAME
                SELECT * FROM read_parquet({DuckSql.Literals(paths.Select(DuckSql.FilePattern))}, union_by_name = true, hive_partitioning = false))
            """;
    }
}
