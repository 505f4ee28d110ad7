using System.Collections.Immutable;
using System.Text.Json;
using FlowLake.Lake.Duck;

namespace FlowLake.QueryApi.Sql;

/// <summary>Values of parameters: from JSON, and into a prepared statement.</summary>
internal static class SqlParameters
{
    /// <summary>Most parameters of one statement.</summary>
    public const int CountMax = 1_000;

    /// <summary>Longest text of one parameter, in characters.</summary>
    public const int TextMax = 16_384;

    /// <summary>Adds the parameters of a request, an array for <c>?</c> and <c>$1</c> or an object for <c>$name</c>. Null when they are fine.</summary>
    public static SqlRefusal? TryRead(JsonElement json, SqlQuery query, out SqlQuery withParameters)
    {
        try
        {
            return Read(json, query, out withParameters);
        }
        // An escape of half a character passes as JSON and is no text.
        catch (InvalidOperationException)
        {
            withParameters = query;
            return new SqlRefusal("a parameter is no text: it holds half of a surrogate pair");
        }
    }

    private static SqlRefusal? Read(JsonElement json, SqlQuery query, out SqlQuery withParameters)
    {
        withParameters = query;
        switch (json.ValueKind)
        {
            case JsonValueKind.Undefined or JsonValueKind.Null:
                return null;
            case JsonValueKind.Array when json.GetArrayLength() <= CountMax && json.EnumerateArray().All(IsPlain):
                withParameters = query with { Positional = [.. json.EnumerateArray().Select(Value)] };
                return null;
            case JsonValueKind.Object when json.EnumerateObject().Count() <= CountMax && json.EnumerateObject().All(member => IsPlain(member.Value)):
                if (json.EnumerateObject().GroupBy(member => member.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(names => names.Count() > 1) is { } twice)
                    return new SqlRefusal($"the parameter ${twice.Key} has {twice.Count()} values", Hint: "Names that differ in case only are one name.");
                withParameters = query with { Named = json.EnumerateObject().ToImmutableDictionary(member => member.Name, member => Value(member.Value), StringComparer.OrdinalIgnoreCase) };
                return null;
            default:
                return new SqlRefusal("parameters must be an array or an object of strings, numbers, booleans and nulls", Hint: $"{CountMax} at most, and texts of {TextMax} characters at most.");
        }
    }

    /// <summary>Binds the query's values. Null when they fit the statement's parameters.</summary>
    public static SqlRefusal? Bind(DuckStatement statement, SqlQuery query)
    {
        var given = query.Positional.Length + query.Named.Count;
        if (given != statement.ParameterCount)
            return new SqlRefusal($"the statement has {statement.ParameterCount} parameters, {given} values are given");
        for (var index = 1; index <= statement.ParameterCount; index++)
        {
            if (query.Named.IsEmpty)
                statement.Bind(index, query.Positional[index - 1]);
            else if (query.Named.TryGetValue(statement.ParameterName(index), out var value))
                statement.Bind(index, value);
            else
                return new SqlRefusal($"the parameter ${statement.ParameterName(index)} has no value");
        }

        return null;
    }

    private static bool IsPlain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array or JsonValueKind.Object => false,
        JsonValueKind.String => value.GetString()!.Length <= TextMax,
        _ => true,
    };

    private static object? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? whole : value.GetDouble(),
        _ => null,
    };
}
