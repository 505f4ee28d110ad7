using System.Text.Json;

namespace FlowLake.QueryApi.Sql;

/// <summary>
/// Walks the engine's syntax tree of a statement and accepts what it knows to be harmless. Default deny: a kind of node, a member with content or a
/// function that is not named here is refused, so a newer engine cannot bring in what nobody looked at.
/// </summary>
/// <param name="relations">Whether a bare table name may be read.</param>
internal sealed partial class SqlTreeWalker(Predicate<string> relations)
{
    /// <summary>Tables, subqueries and table functions in one statement. Every view is bound anew for each of them, which takes milliseconds.</summary>
    public const int SourcesMax = 64;

    /// <summary>SELECTs in one statement, such as the members of a UNION: thousands of them take seconds to bind, and no interruption reaches that.</summary>
    public const int SelectsMax = 256;

    /// <summary>Expressions, tables and queries in one statement.</summary>
    public const int NodesMax = 5_000;

    /// <summary>Groupings of one GROUP BY: CUBE of six columns makes as many.</summary>
    public const int GroupingsMax = 64;

    private int sources;
    private int selects;
    private int nodes;

    /// <summary>Throws <see cref="SqlRefusedException"/> unless the tree of json_serialize_sql is one allowed SELECT.</summary>
    public void Walk(JsonElement root)
    {
        var statements = root.GetProperty("statements");
        if (statements.GetArrayLength() != 1)
            throw Refused(null, $"one statement is expected, here are {statements.GetArrayLength()}");
        Statement(statements[0], SqlScope.Empty);
    }

    // A statement, and a subquery: a node and the map of its parameters, which holds names and numbers only.
    private void Statement(JsonElement statement, SqlScope scope)
    {
        foreach (var member in statement.EnumerateObject())
        {
            switch (member.Name)
            {
                case "node": Query(member.Value, scope); break;
                case "named_param_map": break;
                default: MustBeEmpty(statement, member); break;
            }
        }
    }

    private void Query(JsonElement node, SqlScope outer)
    {
        CountNode(node);
        var scope = WithNames(node, outer);
        switch (Text(node, "type"))
        {
            case "SELECT_NODE": Select(node, scope); break;
            case "SET_OPERATION_NODE": SetOperation(node, scope); break;
            case "RECURSIVE_CTE_NODE": Recursion(node, scope); break;
            case var type: throw Refused(node, $"{type} is not allowed");
        }
    }

    // Names become visible one after the other: each to the names after it and to the query, not to itself. Recursion adds its own name.
    private SqlScope WithNames(JsonElement node, SqlScope outer)
    {
        if (!node.TryGetProperty("cte_map", out var map) || !map.TryGetProperty("map", out var entries) || entries.GetArrayLength() == 0)
            return outer;
        var scope = new SqlScope(outer);
        foreach (var entry in entries.EnumerateArray())
        {
            var name = Text(entry, "key");
            if (!SqlScope.IsName(name))
                throw Refused(node, $"WITH can give the name \"{name}\" to nothing here", "Use letters, digits and underscores.");
            WithQuery(entry.GetProperty("value"), scope);
            scope.Add(name);
        }

        return scope;
    }

    private void WithQuery(JsonElement value, SqlScope scope)
    {
        foreach (var member in value.EnumerateObject())
        {
            switch (member.Name)
            {
                case "query": Statement(member.Value, scope); break;
                case "aliases" or "materialized": break;
                case "key_targets": Expressions(member.Value, scope); break;
                default: MustBeEmpty(value, member); break;
            }
        }
    }

    private void Select(JsonElement node, SqlScope scope)
    {
        if (++selects > SelectsMax)
            throw Refused(null, $"more than {SelectsMax} SELECTs in one statement");
        foreach (var member in node.EnumerateObject())
        {
            switch (member.Name)
            {
                case "type" or "cte_map" or "aggregate_handling": break;
                case "group_sets" when member.Value.GetArrayLength() > GroupingsMax: throw Refused(null, $"more than {GroupingsMax} groupings in one GROUP BY", "Name fewer columns in CUBE, ROLLUP and GROUPING SETS.");
                case "group_sets": break;
                case "modifiers": Modifiers(member.Value, scope); break;
                case "select_list" or "group_expressions": Expressions(member.Value, scope); break;
                case "from_table": Table(member.Value, scope); break;
                case "where_clause" or "having" or "qualify": OptionalExpression(member.Value, scope); break;
                default: MustBeEmpty(node, member); break;
            }
        }
    }

    private void SetOperation(JsonElement node, SqlScope scope)
    {
        foreach (var member in node.EnumerateObject())
        {
            switch (member.Name)
            {
                case "type" or "cte_map" or "setop_type" or "setop_all": break;
                case "modifiers": Modifiers(member.Value, scope); break;
                case "left" or "right": Query(member.Value, scope); break;
                case "children": Each(member.Value, child => Query(child, scope)); break;
                default: MustBeEmpty(node, member); break;
            }
        }
    }

    private void Recursion(JsonElement node, SqlScope scope)
    {
        var name = Text(node, "cte_name");
        if (!SqlScope.IsName(name))
            throw Refused(node, $"WITH can give the name \"{name}\" to nothing here", "Use letters, digits and underscores.");
        var inner = new SqlScope(scope);
        inner.Add(name);
        foreach (var member in node.EnumerateObject())
        {
            switch (member.Name)
            {
                case "type" or "cte_map" or "cte_name" or "union_all" or "aliases": break;
                case "modifiers": Modifiers(member.Value, scope); break;
                case "left": Query(member.Value, scope); break;
                case "right": Query(member.Value, inner); break;
                case "key_targets": Expressions(member.Value, scope); break;
                default: MustBeEmpty(node, member); break;
            }
        }
    }

    private void Modifiers(JsonElement modifiers, SqlScope scope) => Each(modifiers, modifier =>
    {
        foreach (var member in modifier.EnumerateObject())
        {
            switch (member.Name)
            {
                case "type" when member.Value.GetString() is "ORDER_MODIFIER" or "LIMIT_MODIFIER" or "LIMIT_PERCENT_MODIFIER" or "DISTINCT_MODIFIER": break;
                case "orders": Orders(member.Value, scope); break;
                case "limit" or "offset": OptionalExpression(member.Value, scope); break;
                case "distinct_on_targets": Expressions(member.Value, scope); break;
                default: MustBeEmpty(modifier, member); break;
            }
        }
    });

    private void Orders(JsonElement orders, SqlScope scope) => Each(orders, order =>
    {
        foreach (var member in order.EnumerateObject())
        {
            switch (member.Name)
            {
                case "type" or "null_order": break;
                case "expression": Expression(member.Value, scope); break;
                default: MustBeEmpty(order, member); break;
            }
        }
    });
}
