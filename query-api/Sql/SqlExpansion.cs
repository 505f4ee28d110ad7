using System.Text.Json;
using FlowLake.QueryApi.Relations;

namespace FlowLake.QueryApi.Sql;

/// <summary>What a statement is once the engine has written out its names, stars and aliases: a short one can become an endless one, before any limit of the engine counts. Pure.</summary>
/// <remarks>
/// A name given by WITH stands for its query wherever it is used, a star for all columns, an alias for its expression, and a condition is copied down through subqueries. Twice in each step, and forty
/// steps make 2^40. The figures here are upper bounds, computed in one walk over a tree that <see cref="SqlTreeWalker"/> has accepted.
/// </remarks>
internal static class SqlExpansion
{
    /// <summary>Tables and subqueries, once names are written out.</summary>
    private const int SourcesMax = 256;

    /// <summary>Columns of one SELECT, once stars are written out.</summary>
    private const int ColumnsMax = 5_000;

    /// <summary>References to columns in one expression, once aliases and the columns of subqueries are written out. It bounds texts put together as well: each reference adds one name.</summary>
    private const int ReferencesMax = 4_000;

    /// <summary>Characters of a text in the statement that weigh as much as one name of a column.</summary>
    private const int TextPerReference = 256;

    private static readonly int relationColumns = FlowRelations.All.Max(relation => relation.Columns.Length);

    /// <summary>Throws <see cref="SqlRefusedException"/> where it becomes too much.</summary>
    public static void Check(JsonElement root) => Statement(root.GetProperty("statements")[0], SqlExpansionScope.Empty);

    private static SqlRowsExtent Statement(JsonElement statement, SqlExpansionScope scope) => Query(statement.GetProperty("node"), scope);

    private static SqlRowsExtent Query(JsonElement node, SqlExpansionScope outer)
    {
        var scope = outer;
        if (node.TryGetProperty("cte_map", out var map) && map.TryGetProperty("map", out var entries))
        {
            foreach (var entry in entries.EnumerateArray())
                scope = scope.WithName(entry.GetProperty("key").GetString()!, Statement(entry.GetProperty("value").GetProperty("query"), scope));
        }

        return Within(node.GetProperty("type").GetString() switch
        {
            "SELECT_NODE" => Select(node, scope),
            "RECURSIVE_CTE_NODE" => Recursion(node, scope),
            _ => SetOperation(node, scope),
        });
    }

    private static SqlRowsExtent Select(JsonElement select, SqlExpansionScope scope)
    {
        var from = Table(select.GetProperty("from_table"), scope);
        var inner = scope.Over(from);
        var (sources, columns, references) = (from.Sources, 0L, 0L);
        foreach (var item in select.GetProperty("select_list").EnumerateArray())
        {
            var found = Expression(item, inner);
            sources += found.Sources;
            columns += found.HasStar ? from.Columns : 1;
            references = Math.Max(references, found.References);
            if (item.TryGetProperty("alias", out var alias) && alias.GetString() is { Length: > 0 } name)
                inner = inner.WithAlias(name, found.References);
        }

        // Conditions and orders use the aliases too; each of them is an expression by itself.
        sources += select.EnumerateObject().Where(member => member.Name is not ("select_list" or "from_table" or "cte_map")).Sum(member => Aside(member.Value, inner));
        return new SqlRowsExtent(sources, columns, references);
    }

    private static SqlRowsExtent SetOperation(JsonElement node, SqlExpansionScope scope)
    {
        var parts = node.EnumerateObject().Where(member => member.Name is "left" or "right").Select(member => member.Value).ToList();
        if (node.TryGetProperty("children", out var children))
            parts.AddRange(children.EnumerateArray());
        var all = parts.Where(part => part.ValueKind == JsonValueKind.Object).Select(part => Query(part, scope)).ToList();
        return new SqlRowsExtent(all.Sum(part => part.Sources) + Aside(node.GetProperty("modifiers"), scope), all.Max(part => part.Columns), all.Max(part => part.References));
    }

    private static SqlRowsExtent Recursion(JsonElement node, SqlExpansionScope scope)
    {
        var first = Query(node.GetProperty("left"), scope);
        var next = Query(node.GetProperty("right"), scope.WithName(node.GetProperty("cte_name").GetString()!, first with { Sources = 1 }));
        return new SqlRowsExtent(first.Sources + next.Sources + Aside(node.GetProperty("modifiers"), scope), first.Columns, Math.Max(first.References, next.References));
    }

    private static SqlRowsExtent Table(JsonElement table, SqlExpansionScope scope) => Within(table.GetProperty("type").GetString() switch
    {
        "BASE_TABLE" => scope.Find(table.GetProperty("table_name").GetString()!) ?? new SqlRowsExtent(1, relationColumns, 1),
        "SUBQUERY" => Statement(table.GetProperty("subquery"), scope),
        "JOIN" => Join(table, scope),
        "SHOW_REF" => Query(table.GetProperty("query"), scope) with { Columns = 16 },
        "PIVOT" => Pivot(table, scope),
        "EXPRESSION_LIST" => new SqlRowsExtent(Aside(table.GetProperty("values"), scope), table.GetProperty("values").EnumerateArray().Max(row => row.GetArrayLength()), 1),
        // unnest, range and generate_series: a column or two.
        "TABLE_FUNCTION" => new SqlRowsExtent(1 + Aside(table.GetProperty("function"), scope), 2, 1),
        _ => new SqlRowsExtent(0, 0, 0),
    });

    private static SqlRowsExtent Join(JsonElement join, SqlExpansionScope scope)
    {
        var (left, right) = (Table(join.GetProperty("left"), scope), Table(join.GetProperty("right"), scope));
        var both = new SqlRowsExtent(left.Sources + right.Sources, left.Columns + right.Columns, Math.Max(left.References, right.References));
        return both with { Sources = both.Sources + Aside(join.GetProperty("condition"), scope.Over(both)) };
    }

    // A column for every combination of the values named.
    private static SqlRowsExtent Pivot(JsonElement pivot, SqlExpansionScope scope)
    {
        var source = Table(pivot.GetProperty("source"), scope);
        var combinations = pivot.GetProperty("pivots").EnumerateArray().Aggregate(1L, (product, on) => Math.Min(ColumnsMax + 1, product * Math.Max(1, on.GetProperty("entries").GetArrayLength())));
        return new SqlRowsExtent(
            source.Sources + Aside(pivot.GetProperty("aggregates"), scope.Over(source)) + Aside(pivot.GetProperty("pivots"), scope.Over(source)),
            source.Columns + (combinations * Math.Max(1, pivot.GetProperty("aggregates").GetArrayLength())),
            source.References);
    }

    // The tables and subqueries in an expression beside the columns, such as a condition.
    private static long Aside(JsonElement part, SqlExpansionScope scope)
    {
        var found = Expression(part, scope);
        Within(new SqlRowsExtent(found.Sources, 0, found.References));
        return found.Sources;
    }

    // Any part of the tree that is no table: an expression, or a list or an object with expressions in it.
    private static SqlExpressionExtent Expression(JsonElement part, SqlExpansionScope scope)
    {
        switch (part.ValueKind)
        {
            case JsonValueKind.Array:
                return part.EnumerateArray().Aggregate(SqlExpressionExtent.Nothing, (all, element) => all + Expression(element, scope));
            case JsonValueKind.Object:
                switch (part.TryGetProperty("class", out var type) ? type.GetString() : null)
                {
                    case "COLUMN_REF": return new SqlExpressionExtent(0, scope.References(part.GetProperty("column_names")));
                    case "CONSTANT": return new SqlExpressionExtent(0, Text(part).Length / TextPerReference);
                    case "PARAMETER": return new SqlExpressionExtent(0, SqlParameters.TextMax / TextPerReference);
                    case "FUNCTION":
                        var arguments = Members(part, scope);
                        return arguments with { References = arguments.References > ReferencesMax ? arguments.References : Math.Max(1, arguments.References) * Growth(part) };
                    case "SUBQUERY":
                        var rows = Statement(part.GetProperty("subquery"), scope);
                        return new SqlExpressionExtent(rows.Sources, rows.References) + Expression(part.GetProperty("child"), scope);
                    case "STAR": return new SqlExpressionExtent(0, scope.ColumnReferences, HasStar: true) + Members(part, scope);
                    // *COLUMNS(...): all columns as arguments of one call.
                    case "OPERATOR" when part.GetProperty("type").GetString() == "OPERATOR_UNPACK": return Members(part, scope) + new SqlExpressionExtent(0, scope.StarReferences);
                    default: return Members(part, scope);
                }

            default:
                return SqlExpressionExtent.Nothing;
        }
    }

    // How many times as long a text a function can make of its arguments; that of most is no longer than they are together.
    private static long Growth(JsonElement function) => function.GetProperty("function_name").GetString()!.ToLowerInvariant() switch
    {
        "replace" or "regexp_replace" => function.GetProperty("children").EnumerateArray().ElementAtOrDefault(2) is { ValueKind: JsonValueKind.Object } by && by.GetProperty("class").GetString() == "CONSTANT"
            ? Math.Max(1, Text(by).Length)
            : SqlParameters.TextMax,
        "hex" or "regexp_escape" => 4,
        _ => 1,
    };

    private static string Text(JsonElement constant) =>
        constant.GetProperty("value").TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static SqlExpressionExtent Members(JsonElement part, SqlExpansionScope scope) =>
        part.EnumerateObject().Aggregate(SqlExpressionExtent.Nothing, (all, member) => all + Expression(member.Value, scope));

    private static SqlRowsExtent Within(SqlRowsExtent extent)
    {
        if (extent.Sources > SourcesMax)
            throw new SqlRefusedException($"with every name that WITH gives written out, the statement has more than {SourcesMax} tables and subqueries", null, "Use each name less often.");
        if (extent.Columns > ColumnsMax)
            throw new SqlRefusedException($"with every star written out, the statement has more than {ColumnsMax} columns", null, "Name the columns that are needed.");
        if (extent.References > ReferencesMax)
            throw new SqlRefusedException($"with every alias written out, an expression of the statement is longer than {ReferencesMax} names", null, "Use each alias less often, or in fewer steps; replace by a short text in quotes.");
        return extent;
    }
}
