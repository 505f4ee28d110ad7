using System.Text.Json;

namespace FlowLake.QueryApi.Sql;

internal sealed partial class SqlTreeWalker
{
    private void Expressions(JsonElement expressions, SqlScope scope) => Each(expressions, expression => Expression(expression, scope));

    private void OptionalExpression(JsonElement expression, SqlScope scope)
    {
        if (expression.ValueKind != JsonValueKind.Null)
            Expression(expression, scope);
    }

    private void Expression(JsonElement expression, SqlScope scope)
    {
        CountNode(expression);
        switch (Text(expression, "class"))
        {
            case "CONSTANT": Node(expression, scope, plain: ["value"]); break;
            case "COLUMN_REF": Column(expression, scope); break;
            case "PARAMETER": Node(expression, scope, plain: ["identifier"]); break;
            case "POSITIONAL_REFERENCE": Node(expression, scope, plain: ["index"]); break;
            case "COMPARISON": Node(expression, scope, one: ["left", "right"]); break;
            case "CONJUNCTION" or "OPERATOR": Node(expression, scope, many: ["children"]); break;
            case "BETWEEN": Node(expression, scope, one: ["input", "lower", "upper"]); break;
            case "CAST": Cast(expression, scope); break;
            case "CASE": Case(expression, scope); break;
            case "FUNCTION": ScalarFunction(expression, scope); break;
            case "WINDOW": Window(expression, scope); break;
            case "SUBQUERY": SubqueryExpression(expression, scope); break;
            case "STAR": Star(expression, scope); break;
            case "COLLATE": throw Refused(expression, "COLLATE is not allowed", "Compare lower(a) with lower(b) instead.");
            case "LAMBDA": throw Refused(expression, "lambda functions are not allowed");
            case var other: throw Refused(expression, $"{other} is not allowed in an expression");
        }
    }

    /// <summary>A node whose members are plain data, one expression each, or lists of expressions.</summary>
    private void Node(JsonElement expression, SqlScope scope, string[]? plain = null, string[]? one = null, string[]? many = null)
    {
        foreach (var member in expression.EnumerateObject())
        {
            if (member.Name is "class" or "type" or "alias" or "query_location" || plain?.Contains(member.Name) == true)
                continue;
            if (one?.Contains(member.Name) == true)
                OptionalExpression(member.Value, scope);
            else if (many?.Contains(member.Name) == true)
                Expressions(member.Value, scope);
            else
                MustBeEmpty(expression, member);
        }
    }

    // The engine takes some names for a call without parentheses where no column has them.
    private void Column(JsonElement column, SqlScope scope)
    {
        Node(column, scope, plain: ["column_names"]);
        var names = column.GetProperty("column_names");
        if (names.GetArrayLength() == 1 && SqlFunctions.IsStateOfTheEngine(names[0].GetString()!))
            throw Refused(column, $"{names[0].GetString()} is not allowed", "A column of this name needs its table's name before it.");
    }

    private void ScalarFunction(JsonElement function, SqlScope scope)
    {
        var name = Text(function, "function_name");
        if (!SqlFunctions.AllowsInExpression(name))
            throw Refused(function, $"the function {name} is not allowed here");
        Function(function, scope);
    }

    private void Function(JsonElement function, SqlScope scope)
    {
        foreach (var member in function.EnumerateObject())
        {
            switch (member.Name)
            {
                case "class" or "type" or "alias" or "query_location" or "function_name" or "distinct" or "is_operator": break;
                // The parser writes "main" where it made the call itself, as for [1, 2].
                case "schema" when member.Value.GetString() is "" or "main": break;
                case "children": Expressions(member.Value, scope); break;
                case "filter": OptionalExpression(member.Value, scope); break;
                case "order_bys": OrderBy(member.Value, scope); break;
                default: MustBeEmpty(function, member); break;
            }
        }
    }

    private void OrderBy(JsonElement modifier, SqlScope scope)
    {
        if (modifier.ValueKind == JsonValueKind.Null)
            return;
        foreach (var member in modifier.EnumerateObject())
        {
            switch (member.Name)
            {
                case "type": break;
                case "orders": Orders(member.Value, scope); break;
                default: MustBeEmpty(modifier, member); break;
            }
        }
    }

    private void Window(JsonElement window, SqlScope scope)
    {
        var name = Text(window, "function_name");
        if (!SqlFunctions.AllowsInExpression(name))
            throw Refused(window, $"the function {name} is not allowed here");
        if (SqlFunctions.CollectsItsRows(name))
            throw Refused(window, $"{name} is not allowed with OVER: it would hold every row's window", "Use it with GROUP BY.");
        foreach (var member in window.EnumerateObject())
        {
            switch (member.Name)
            {
                case "class" or "type" or "alias" or "query_location" or "function_name" or "start" or "end" or "ignore_nulls" or "exclude_clause" or "distinct": break;
                case "schema" when member.Value.GetString() is "" or "main": break;
                case "children" or "partitions": Expressions(member.Value, scope); break;
                case "orders" or "arg_orders": Orders(member.Value, scope); break;
                case "start_expr" or "end_expr" or "offset_expr" or "default_expr" or "filter_expr": OptionalExpression(member.Value, scope); break;
                default: MustBeEmpty(window, member); break;
            }
        }
    }

    private void Cast(JsonElement cast, SqlScope scope)
    {
        Type(cast, cast.GetProperty("cast_type"));
        Node(cast, scope, plain: ["cast_type", "try_cast"], one: ["child"]);
    }

    // Types by name, as of an ENUM somebody made, would be looked up in the catalog; lists and structs make room for huge values.
    private static void Type(JsonElement place, JsonElement type)
    {
        var id = Text(type, "id");
        if (id is not ("BOOLEAN" or "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "HUGEINT" or "UTINYINT" or "USMALLINT" or "UINTEGER" or "UBIGINT" or "UHUGEINT"
            or "FLOAT" or "DOUBLE" or "DECIMAL" or "VARCHAR" or "DATE" or "TIME" or "TIMESTAMP" or "TIMESTAMP_S" or "TIMESTAMP_MS" or "TIMESTAMP_NS"
            or "TIMESTAMP WITH TIME ZONE" or "INTERVAL" or "UUID"))
            throw Refused(place, $"a cast to {id} is not allowed");
    }

    private void Case(JsonElement expression, SqlScope scope)
    {
        foreach (var member in expression.EnumerateObject())
        {
            switch (member.Name)
            {
                case "class" or "type" or "alias" or "query_location": break;
                case "case_checks": Each(member.Value, check => Node(check, scope, one: ["when_expr", "then_expr"])); break;
                case "else_expr": OptionalExpression(member.Value, scope); break;
                default: MustBeEmpty(expression, member); break;
            }
        }
    }

    private void SubqueryExpression(JsonElement expression, SqlScope scope)
    {
        CountSource(expression);
        foreach (var member in expression.EnumerateObject())
        {
            switch (member.Name)
            {
                case "class" or "type" or "alias" or "query_location" or "subquery_type" or "comparison_type": break;
                case "subquery": Statement(member.Value, scope); break;
                case "child": OptionalExpression(member.Value, scope); break;
                default: MustBeEmpty(expression, member); break;
            }
        }
    }

    private void Star(JsonElement star, SqlScope scope)
    {
        foreach (var member in star.EnumerateObject())
        {
            switch (member.Name)
            {
                case "class" or "type" or "alias" or "query_location" or "relation_name" or "exclude_list" or "qualified_exclude_list" or "rename_list" or "columns": break;
                case "replace_list": Each(member.Value, entry => Node(entry, scope, plain: ["key"], one: ["value"])); break;
                case "expr": OptionalExpression(member.Value, scope); break;
                default: MustBeEmpty(star, member); break;
            }
        }
    }
}
