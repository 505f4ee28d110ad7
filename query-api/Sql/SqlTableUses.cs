using System.Text.Json;
using FlowLake.QueryApi.Relations;

namespace FlowLake.QueryApi.Sql;

/// <summary>One place where a statement names a relation, and what the WHERE around it surely asks of the relation's rows.</summary>
internal sealed record SqlTableUse(Relation Relation, IReadOnlyList<SqlComparison> Comparisons);

/// <summary>Finds the relations a statement names in the engine's syntax tree. Pure.</summary>
/// <remarks>
/// A place comes with comparisons only where leaving out the rows they are not true for changes nothing: directly after FROM, or in a join that WHERE follows and that picks no row
/// by its neighbours, as ASOF and positional joins do. A name that WITH gives again anywhere has none.
/// </remarks>
internal sealed class SqlTableUses
{
    private readonly List<SqlTableUse> uses = [];
    private readonly HashSet<string> given = new(StringComparer.OrdinalIgnoreCase);

    private SqlTableUses()
    {
    }

    public static IReadOnlyList<SqlTableUse> Of(JsonElement tree)
    {
        var finder = new SqlTableUses();
        finder.Visit(tree);
        return [.. finder.uses.Select(use => finder.given.Contains(use.Relation.Name) ? use with { Comparisons = [] } : use)];
    }

    private void Visit(JsonElement node)
    {
        if (node.ValueKind == JsonValueKind.Array)
        {
            foreach (var element in node.EnumerateArray())
                Visit(element);
        }
        else if (node.ValueKind == JsonValueKind.Object)
        {
            if (Text(node, "type") == "BASE_TABLE")
                Add(node, []);
            else if (Text(node, "type") == "SELECT_NODE")
                VisitSelect(node);
            else
                VisitMembers(node);
        }
    }

    private void VisitMembers(JsonElement node, string? except = null)
    {
        foreach (var member in node.EnumerateObject().Where(member => member.Name != except))
        {
            if (member.Name == "cte_map" && member.Value.TryGetProperty("map", out var names))
                given.UnionWith(names.EnumerateArray().Select(name => Text(name, "key") ?? ""));
            Visit(member.Value);
        }
    }

    private void VisitSelect(JsonElement select)
    {
        var from = select.GetProperty("from_table");
        VisitFrom(from, new SqlFrom(from), [.. SqlComparison.AllOf(select.GetProperty("where_clause"))]);
        VisitMembers(select, except: "from_table");
    }

    private void VisitFrom(JsonElement table, SqlFrom from, IReadOnlyList<SqlComparison> comparisons)
    {
        switch (Text(table, "type"))
        {
            case "BASE_TABLE":
                Add(table, [.. comparisons.Where(comparison => from.IsOf(table, comparison))]);
                break;
            case "JOIN":
                VisitFrom(table.GetProperty("left"), from, comparisons);
                VisitFrom(table.GetProperty("right"), from, comparisons);
                Visit(table.GetProperty("condition"));
                break;
            default:
                Visit(table);
                break;
        }
    }

    private void Add(JsonElement table, IReadOnlyList<SqlComparison> comparisons)
    {
        if (FlowRelations.Find(Text(table, "table_name") ?? "") is { } relation)
            uses.Add(new SqlTableUse(relation, comparisons));
    }

    private static string? Text(JsonElement node, string member) =>
        node.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
