using System.Collections.Immutable;
using System.Globalization;

namespace FlowLake.QueryApi.OData;

/// <summary>One term of an order.</summary>
/// <param name="Sql">Its expression.</param>
internal sealed record ODataOrderTerm(string Sql, bool Descending)
{
    /// <summary>Null comes before every value, and after it when the order is turned round: it is the least.</summary>
    public string OrderBy => $"{Sql} {(Descending ? "DESC NULLS LAST" : "ASC NULLS FIRST")}";
}

/// <summary>The rows that come after one row in an order. Pure.</summary>
internal static class ODataKeyset
{
    /// <summary>The condition that is true for them.</summary>
    /// <param name="terms">The order's terms, the last of which tell equal rows apart.</param>
    /// <param name="last">The row's values of these terms.</param>
    /// <param name="parameters">The statement's parameters, to which the values are added.</param>
    public static string After(IReadOnlyList<ODataOrderTerm> terms, ImmutableArray<ODataKeyValue> last, List<object?> parameters)
    {
        var condition = "false";
        for (var index = terms.Count - 1; index >= 0; index--)
        {
            var (name, value) = (terms[index].Sql, Value(last[index], parameters));
            var (further, same) = (terms[index].Descending, value) switch
            {
                (false, null) => ($"{name} IS NOT NULL", $"{name} IS NULL"),
                (true, null) => ("false", $"{name} IS NULL"),
                (false, _) => ($"{name} > {value}", $"{name} = {value}"),
                (true, _) => ($"({name} < {value} OR {name} IS NULL)", $"{name} = {value}"),
            };
            condition = $"({further} OR ({same} AND {condition}))";
        }

        return condition;
    }

    // The text goes as a parameter; the type is one that the engine named and this service signed.
    private static string? Value(ODataKeyValue value, List<object?> parameters)
    {
        if (value.Text is null)
            return null;
        parameters.Add(value.Text);
        return string.Create(CultureInfo.InvariantCulture, $"CAST(${parameters.Count} AS {value.Type})");
    }
}
