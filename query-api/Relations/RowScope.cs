using System.Collections.Immutable;
using FlowLake.Lake.Duck;
using FlowLake.Schemas.Tables;

namespace FlowLake.QueryApi.Relations;

/// <summary>Which rows somebody may see: all, or those of which one end is in one of some namespaces.</summary>
/// <remarks>
/// It is a part of what a relation reads, below the relation itself, so that no statement is read or changed for it. Rows that are about no namespace, such as a node's coverage, are nobody's but
/// theirs who may see all.
/// </remarks>
public sealed record RowScope
{
    /// <summary>Every row.</summary>
    public static readonly RowScope All = new();

    private static readonly ImmutableArray<string> NamespaceColumns = ["client_namespace", "server_namespace", "namespace"];

    private RowScope()
    {
    }

    /// <summary>The namespaces, or null where every row may be seen.</summary>
    public IReadOnlyList<string>? Namespaces { get; private init; }

    /// <summary>The rows of which one end is in one of the namespaces.</summary>
    public static RowScope Of(IReadOnlyList<string> namespaces) => new() { Namespaces = namespaces };

    /// <summary>The rows of a table that may be seen, as a SELECT in parentheses.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rows">All its rows, as a SELECT in parentheses.</param>
    /// <exception cref="InvalidOperationException">Its rows do not say of which namespace they are.</exception>
    /// <remarks>
    /// The engine is free to compute a statement's own condition before ours, on rows that are then left out: a cast that fails would tell of them. It moves no condition below a window
    /// function. The window stays in the plan, and what is below it runs on one thread: that is the price of a key of namespaces.
    /// </remarks>
    internal string Select(TableDefinition table, string rows)
    {
        if (Namespaces is null)
            return rows;
        var columns = NamespaceColumns.Where(name => table.Columns.Any(column => column.Name == name)).ToArray();
        if (columns.Length == 0)
            throw new InvalidOperationException($"rows of {table.Name} do not say of which namespace they are: they can be read without a scope only");
        var seen = string.Join(" OR ", columns.Select(column => $"{column} IN ({string.Join(", ", Namespaces.Select(DuckSql.Literal))})"));
        return $"(SELECT * EXCLUDE (barrier) FROM (SELECT *, row_number() OVER () AS barrier FROM {rows} WHERE {seen}))";
    }
}
