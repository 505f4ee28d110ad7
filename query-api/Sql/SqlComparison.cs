using System.Collections.Immutable;
using System.Text.Json;

namespace FlowLake.QueryApi.Sql;

/// <summary>What one part of a WHERE asks of a column, where it is true for values between two others only.</summary>
/// <param name="Qualifier">The table's name before the column's, or null.</param>
/// <param name="Column">The column's name.</param>
/// <param name="Low">Expressions of which the least is the least value it is true for; none where that is open.</param>
/// <param name="High">Expressions of which the greatest is the greatest value.</param>
internal sealed record SqlComparison(string? Qualifier, string Column, ImmutableArray<JsonElement> Low, ImmutableArray<JsonElement> High)
{
    /// <summary>The parts of a condition that are joined by AND at its top and have this form; the others are left out.</summary>
    public static IEnumerable<SqlComparison> AllOf(JsonElement condition)
    {
        if (condition.ValueKind != JsonValueKind.Object)
            return [];
        if (condition.GetProperty("type").GetString() == "CONJUNCTION_AND")
            return condition.GetProperty("children").EnumerateArray().SelectMany(AllOf);
        return Of(condition) is { } comparison ? [comparison] : [];
    }

    private static SqlComparison? Of(JsonElement part)
    {
        switch (part.GetProperty("class").GetString())
        {
            case "COMPARISON":
                var (left, right, type) = (part.GetProperty("left"), part.GetProperty("right"), part.GetProperty("type").GetString()!);
                return Compare(left, type, right) ?? Compare(right, Turned(type), left);
            case "BETWEEN":
                return Create(part.GetProperty("input"), [part.GetProperty("lower")], [part.GetProperty("upper")]);
            case "OPERATOR" when part.GetProperty("type").GetString() == "COMPARE_IN":
                ImmutableArray<JsonElement> children = [.. part.GetProperty("children").EnumerateArray()];
                return Create(children[0], children[1..], children[1..]);
            default:
                return null;
        }
    }

    private static SqlComparison? Compare(JsonElement column, string type, JsonElement value) => type switch
    {
        "COMPARE_EQUAL" => Create(column, [value], [value]),
        "COMPARE_GREATERTHAN" or "COMPARE_GREATERTHANOREQUALTO" => Create(column, [value], []),
        "COMPARE_LESSTHAN" or "COMPARE_LESSTHANOREQUALTO" => Create(column, [], [value]),
        _ => null,
    };

    private static string Turned(string type) => type switch
    {
        "COMPARE_GREATERTHAN" => "COMPARE_LESSTHAN",
        "COMPARE_GREATERTHANOREQUALTO" => "COMPARE_LESSTHANOREQUALTO",
        "COMPARE_LESSTHAN" => "COMPARE_GREATERTHAN",
        "COMPARE_LESSTHANOREQUALTO" => "COMPARE_GREATERTHANOREQUALTO",
        _ => type,
    };

    private static SqlComparison? Create(JsonElement column, ImmutableArray<JsonElement> low, ImmutableArray<JsonElement> high)
    {
        if (column.GetProperty("class").GetString() != "COLUMN_REF")
            return null;
        string[] names = [.. column.GetProperty("column_names").EnumerateArray().Select(name => name.GetString()!)];
        return names switch
        {
            [var name] => new SqlComparison(null, name, low, high),
            [var qualifier, var name] => new SqlComparison(qualifier, name, low, high),
            _ => null,
        };
    }
}
