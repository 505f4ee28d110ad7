using System.Text.Json;

namespace FlowLake.QueryApi.Sql;

internal sealed partial class SqlTreeWalker
{
    private void Table(JsonElement table, SqlScope scope)
    {
        CountNode(table);
        switch (Text(table, "type"))
        {
            case "EMPTY": Members(table, "type", "alias", "query_location"); break;
            case "BASE_TABLE": BaseTable(table, scope); break;
            case "SUBQUERY": Subquery(table, scope); break;
            case "JOIN": Join(table, scope); break;
            case "TABLE_FUNCTION": TableFunction(table, scope); break;
            case "EXPRESSION_LIST": Values(table, scope); break;
            case "PIVOT": Pivot(table, scope); break;
            case "SHOW_REF": Describe(table, scope); break;
            case var type: throw Refused(table, $"{type} is not allowed after FROM");
        }
    }

    // A name with a schema or catalog is refused: bare names are views of one snapshot, or given by WITH.
    private void BaseTable(JsonElement table, SqlScope scope)
    {
        CountSource(table);
        Members(table, "type", "alias", "query_location", "table_name", "column_name_alias");
        var name = Text(table, "table_name");
        if (!scope.Contains(name) && !relations(name))
            throw Refused(table, $"there is no table \"{name}\"", TableHint(name));
    }

    private void Subquery(JsonElement table, SqlScope scope)
    {
        CountSource(table);
        foreach (var member in table.EnumerateObject())
        {
            switch (member.Name)
            {
                case "type" or "alias" or "query_location" or "column_name_alias": break;
                case "subquery": Statement(member.Value, scope); break;
                default: MustBeEmpty(table, member); break;
            }
        }
    }

    private void Join(JsonElement table, SqlScope scope)
    {
        foreach (var member in table.EnumerateObject())
        {
            switch (member.Name)
            {
                case "type" or "alias" or "query_location" or "join_type" or "ref_type" or "using_columns": break;
                case "left" or "right": Table(member.Value, scope); break;
                case "condition": OptionalExpression(member.Value, scope); break;
                default: MustBeEmpty(table, member); break;
            }
        }
    }

    private void TableFunction(JsonElement table, SqlScope scope)
    {
        CountSource(table);
        foreach (var member in table.EnumerateObject())
        {
            switch (member.Name)
            {
                case "type" or "alias" or "query_location" or "column_name_alias" or "with_ordinality": break;
                case "function":
                    var name = Text(member.Value, "function_name");
                    if (Text(member.Value, "class") != "FUNCTION" || !SqlFunctions.AllowsAsTable(name))
                        throw Refused(table, $"{name}() is not allowed after FROM", "Table functions here are unnest, range and generate_series; the tables are listed at /v1/tables.");
                    Function(member.Value, scope);
                    break;
                default: MustBeEmpty(table, member); break;
            }
        }
    }

    private void Values(JsonElement table, SqlScope scope)
    {
        foreach (var member in table.EnumerateObject())
        {
            switch (member.Name)
            {
                case "type" or "alias" or "query_location" or "expected_names" or "expected_types" or "column_name_alias": break;
                case "values": Each(member.Value, row => Expressions(row, scope)); break;
                default: MustBeEmpty(table, member); break;
            }
        }
    }

    private void Pivot(JsonElement table, SqlScope scope)
    {
        CountSource(table);
        foreach (var member in table.EnumerateObject())
        {
            switch (member.Name)
            {
                case "type" or "alias" or "query_location" or "unpivot_names" or "groups" or "column_name_alias" or "include_nulls": break;
                case "source": Table(member.Value, scope); break;
                case "aggregates": Expressions(member.Value, scope); break;
                case "pivots": Each(member.Value, pivot => PivotColumn(pivot, scope)); break;
                default: MustBeEmpty(table, member); break;
            }
        }
    }

    private void PivotColumn(JsonElement pivot, SqlScope scope)
    {
        foreach (var member in pivot.EnumerateObject())
        {
            switch (member.Name)
            {
                case "unpivot_names": break;
                case "pivot_expressions": Expressions(member.Value, scope); break;
                case "entries": Each(member.Value, entry => Members(entry, "values", "alias")); break;
                default: MustBeEmpty(pivot, member); break;
            }
        }
    }

    // DESCRIBE and SUMMARIZE of a query. SHOW TABLES and its kin carry no query and are refused: they show the engine's own catalog.
    private void Describe(JsonElement table, SqlScope scope)
    {
        CountSource(table);
        if (Text(table, "show_type") is not ("DESCRIBE" or "SUMMARY") || !table.TryGetProperty("query", out var query) || query.ValueKind != JsonValueKind.Object)
            throw Refused(table, "SHOW is not allowed", "The tables are listed at /v1/tables; DESCRIBE flows shows one.");
        foreach (var member in table.EnumerateObject())
        {
            switch (member.Name)
            {
                case "type" or "alias" or "query_location" or "show_type": break;
                case "query": Query(member.Value, scope); break;
                default: MustBeEmpty(table, member); break;
            }
        }
    }

    private void CountNode(JsonElement node)
    {
        if (++nodes > NodesMax)
            throw Refused(node, $"more than {NodesMax} expressions, tables and queries in one statement");
    }

    private void CountSource(JsonElement table)
    {
        if (++sources > SourcesMax)
            throw Refused(table, $"more than {SourcesMax} tables and subqueries in one statement");
    }
}
