using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace FlowLake.QueryApi.OData;

/// <summary>The query options of a request as they stand in its URL, each known, and each there once.</summary>
internal static class ODataOptions
{
    private static readonly FrozenSet<string> Supported =
        new[] { "$apply", "$compute", "$search", "$filter", "$select", "$orderby", "$top", "$skip", "$count", "$skiptoken", "$format" }.ToFrozenSet(StringComparer.Ordinal);

    // Part of the standard, and not offered here.
    private static readonly FrozenSet<string> NotOffered =
        new[] { "$expand", "$levels", "$index", "$schemaversion", "$deltatoken", "$id" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The options with a $, by name.</summary>
    /// <exception cref="ODataFaultException">One is unknown, not offered, or there twice.</exception>
    public static Dictionary<string, string> Read(IQueryCollection query)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, values) in query)
        {
            if (NotOffered.Contains(name))
                throw new ODataFaultException(StatusCodes.Status501NotImplemented, $"{name} is not supported. Supported are {string.Join(", ", Supported.Order(StringComparer.Ordinal))}; POST /v1/sql can do more.") { Target = name };
            if (name.StartsWith('$') && !Supported.Contains(name))
                throw ODataFaultException.Bad($"{name} is no query option. Supported are {string.Join(", ", Supported.Order(StringComparer.Ordinal))}.", name);
            // A forgotten $ would otherwise pass as an option of somebody else's, and the answer would not be the one asked for.
            if (Supported.Contains("$" + name) || NotOffered.Contains("$" + name))
                throw ODataFaultException.Bad($"{name} is no query option; write ${name}.", name);
            if (!name.StartsWith('$'))
                continue;
            if (values.Count != 1)
                throw ODataFaultException.Bad($"{name} is given {values.Count} times.", name);
            options.Add(name, values[0] ?? "");
        }

        return options;
    }
}
