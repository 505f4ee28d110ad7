using System.Text;
using System.Text.RegularExpressions;

namespace FlowLake.QueryApi.OData;

/// <summary>The text of an expression, so that the library understands dates and times within the list of an <c>in</c>.</summary>
/// <remarks>
/// The standard has them bare: <c>date in (2026-11-21,2026-11-22)</c>. The library reads the list as JSON, where they are no values; as texts it reads them with the type of what
/// stands to the left, and refuses those that are none of it.
/// </remarks>
internal static partial class ODataListText
{
    /// <summary>The same expression with such dates and times in quotes.</summary>
    public static string Quote(string expression)
    {
        var (quoted, start) = (new StringBuilder(), 0);
        // Every second part lies within a text and stays as it is; a doubled quote is an empty part between two.
        foreach (var part in Texts().EnumerateMatches(expression))
        {
            quoted.Append(QuoteLists(expression[start..part.Index])).Append(expression, part.Index, part.Length);
            start = part.Index + part.Length;
        }

        return quoted.Append(QuoteLists(expression[start..])).ToString();
    }

    private static string QuoteLists(string text) => Lists().Replace(text, list => Moments().Replace(list.Value, "'$0'"));

    [GeneratedRegex("'[^']*'", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Texts();

    [GeneratedRegex(@"(?<=[\s)])in\s*\([^()']*", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Lists();

    [GeneratedRegex(@"(?<=[(,\s])\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,12})?)?(Z|[+-]\d{2}:\d{2}))?(?=[),\s]|\z)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Moments();
}
