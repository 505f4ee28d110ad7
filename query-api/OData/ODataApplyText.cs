using System.Collections.Frozen;

namespace FlowLake.QueryApi.OData;

/// <summary>The text of $apply, taken apart into its transformations before the library sees them.</summary>
internal static class ODataApplyText
{
    // Known to the standard (OData Data Aggregation 4.0, section 3) and not to the parser.
    private static readonly FrozenSet<string> NotOffered = new[]
    {
        "concat", "identity", "expand", "search", "orderby", "skip", "top", "topcount", "topsum", "toppercent", "bottomcount", "bottomsum", "bottompercent",
        "nest", "addnested", "join", "outerjoin", "ancestors", "descendants", "traverse",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The transformations: what stands between slashes outside of parentheses and texts.</summary>
    public static List<string> Split(string text)
    {
        var (parts, start, depth, quoted) = (new List<string>(), 0, 0, false);
        for (var index = 0; index < text.Length; index++)
        {
            // A doubled quote within a text ends it and begins the next: the same in the end.
            if (text[index] == '\'')
                quoted = !quoted;
            else if (!quoted)
                depth += text[index] switch { '(' => 1, ')' => -1, _ => 0 };
            if (text[index] != '/' || quoted || depth != 0)
                continue;
            parts.Add(text[start..index].Trim());
            start = index + 1;
        }

        parts.Add(text[start..].Trim());
        return parts;
    }

    /// <exception cref="ODataFaultException">There is none, or it is one of the standard's that are not offered.</exception>
    public static void Check(string transformation)
    {
        if (transformation.Length == 0)
            throw ODataFaultException.Bad("$apply: a transformation is empty.");
        var name = Name(transformation);
        if (NotOffered.Contains(name))
            throw ODataFaultException.NotSupported($"$apply: the transformation {name} is not supported; there are filter, groupby, aggregate and compute. POST /v1/sql can do more.");
        if (name == "groupby" && transformation.Replace(" ", "", StringComparison.Ordinal) is var dense && dense.Contains("rollup(", StringComparison.Ordinal))
            throw ODataFaultException.NotSupported("$apply: rollup within groupby is not supported; POST /v1/sql can do more.");
        if (name == "groupby" && Inner(transformation) is { } inner && (Name(inner) != "aggregate" || Split(inner).Count > 1))
            throw ODataFaultException.NotSupported("$apply: within groupby only one aggregate is supported; write filter before it and what follows behind it.");
    }

    private static string Name(string transformation) => new([.. transformation.TrimStart().TakeWhile(char.IsAsciiLetterOrDigit)]);

    // What stands behind the list of properties: groupby((a,b),INNER).
    private static string? Inner(string groupBy)
    {
        var end = groupBy.IndexOf(')', StringComparison.Ordinal) + 1;
        var rest = end == 0 ? "" : groupBy[end..].TrimStart();
        return rest.StartsWith(',') && rest.EndsWith(')') ? rest[1..^1].Trim() : null;
    }
}
