using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using FlowLake.Lake.Duck;
using FlowLake.QueryApi.Relations;

namespace FlowLake.QueryApi.Sql;

/// <summary>Expressions of a statement that have one value before any row is read, as SQL that gives what a column is compared with. Pure.</summary>
/// <remarks>Default deny: what is not named here is no constant, and the comparison says nothing. Values of parameters stay parameters.</remarks>
/// <param name="tree">The engine's tree of the statement.</param>
/// <param name="query">The statement, for its parameters.</param>
internal sealed class SqlConstant(JsonElement tree, SqlQuery query)
{
    private static readonly FrozenSet<string> Functions = new[]
    {
        "now", "get_current_timestamp", "transaction_timestamp", "today", "current_date", "trunc", "to_seconds", "to_minutes", "to_hours", "to_days", "to_weeks", "to_months", "to_years",
        "date_trunc", "time_bucket", "make_date", "make_timestamptz", "to_timestamp",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly List<object?> parameters = [];
    private readonly Lazy<IReadOnlySet<string>> given = new(() => SqlGivenNames.Of(tree));

    /// <summary>Values of the parameters in what <see cref="For"/> gave, by their numbers.</summary>
    public object?[] Parameters => [.. parameters];

    /// <summary>SQL of the number or text that <see cref="BoundValue"/> has for the expression as a value of the column; null where it is no constant. It is NULL where there is no such value.</summary>
    public string? For(RelationColumn column, JsonElement expression) => column.Type switch
    {
        RelationType.Date when Time(expression) is { } sql => $"date_diff('day', DATE '1970-01-01', TRY_CAST({sql} AS DATE))",
        RelationType.Timestamp when Time(expression) is { } sql => $"epoch_us(TRY_CAST({sql} AS TIMESTAMPTZ))",
        RelationType.Int32 or RelationType.Int64 when (Literal(expression) ?? Parameter(expression)) is { } sql => $"TRY_CAST({sql} AS BIGINT)",
        // A text compared with a number is compared as a number.
        RelationType.String when IsText(expression) => Literal(expression) ?? Parameter(expression),
        _ => null,
    };

    private bool IsText(JsonElement expression) =>
        Class(expression) == "PARAMETER" ? Value(expression) is string : Class(expression) == "CONSTANT" && TypeOf(expression.GetProperty("value")) == "VARCHAR";

    private string? Time(JsonElement expression) => Class(expression) == "PARAMETER" ? Parameter(expression) : Term(expression);

    private string? Term(JsonElement expression)
    {
        switch (Class(expression))
        {
            case "CONSTANT":
                return Literal(expression);
            // A call without parentheses, unless a column has the name: no relation's has, but the statement may give it to one.
            case "COLUMN_REF" when expression.GetProperty("column_names") is var names && names.GetArrayLength() == 1 && names[0].GetString() is ("current_date" or "current_timestamp") and var name:
                return given.Value.Contains(name) ? null : name;
            case "CAST" when expression.GetProperty("cast_type").GetProperty("id").GetString() is "DATE" or "TIMESTAMP" or "TIMESTAMP WITH TIME ZONE" or "INTERVAL" or "INTEGER" or "BIGINT" or "DOUBLE":
                var type = expression.GetProperty("cast_type").GetProperty("id").GetString();
                return Time(expression.GetProperty("child")) is { } child ? $"{(expression.GetProperty("try_cast").GetBoolean() ? "TRY_CAST" : "CAST")}({child} AS {type})" : null;
            case "FUNCTION":
                return Function(expression);
            default:
                return null;
        }
    }

    private string? Function(JsonElement function)
    {
        var name = function.GetProperty("function_name").GetString()!;
        string?[] arguments = [.. function.GetProperty("children").EnumerateArray().Select(Term)];
        if (arguments.Contains(null))
            return null;
        if (name is "+" or "-" or "*" && arguments.Length is 1 or 2)
            return arguments.Length == 1 ? $"({name} {arguments[0]})" : $"({arguments[0]} {name} {arguments[1]})";
        return Functions.Contains(name) ? $"{name}({string.Join(", ", arguments)})" : null;
    }

    private static string? Literal(JsonElement expression)
    {
        if (Class(expression) != "CONSTANT")
            return null;
        var value = expression.GetProperty("value");
        if (value.GetProperty("is_null").GetBoolean())
            return null;
        var content = value.GetProperty("value");
        return TypeOf(value) switch
        {
            "VARCHAR" when content.ValueKind == JsonValueKind.String && content.GetString() is { } text && !text.Contains('\0', StringComparison.Ordinal) => DuckSql.Literal(text),
            "INTEGER" or "BIGINT" when content.TryGetInt64(out var number) => number.ToString(CultureInfo.InvariantCulture),
            _ => null,
        };
    }

    private string? Parameter(JsonElement expression)
    {
        // A double bounds nothing: the engine compares a whole number with it as a double, to which several whole numbers can be one.
        if (Class(expression) != "PARAMETER" || Value(expression) is not { } value || value is not (string or long))
            return null;
        parameters.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"${parameters.Count}");
    }

    private object? Value(JsonElement parameter)
    {
        var name = parameter.GetProperty("identifier").GetString()!;
        if (!query.Named.IsEmpty)
            return query.Named.GetValueOrDefault(name);
        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= query.Positional.Length ? query.Positional[number - 1] : null;
    }

    private static string Class(JsonElement expression) => expression.GetProperty("class").GetString()!;

    private static string? TypeOf(JsonElement value) => value.GetProperty("type").GetProperty("id").GetString();
}
