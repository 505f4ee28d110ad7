using System.Collections.Frozen;

namespace FlowLake.QueryApi.OData;

/// <summary>The standard's functions as SQL. A null among the arguments gives null, in both.</summary>
internal static class ODataFunctions
{
    private static readonly FrozenDictionary<string, Func<string[], string>> Templates = new Dictionary<string, Func<string[], string>>
    {
        ["contains"] = a => $"contains({a[0]}, {a[1]})",
        ["startswith"] = a => $"starts_with({a[0]}, {a[1]})",
        ["endswith"] = a => $"ends_with({a[0]}, {a[1]})",
        ["length"] = a => $"length({a[0]})",
        ["indexof"] = a => $"(strpos({a[0]}, {a[1]}) - 1)",
        // OData counts from 0, SQL from 1. A negative start is SQL's count from the end and must not become one.
        ["substring"] = a => a.Length == 2
            ? $"substring({a[0]}, greatest({a[1]}, 0) + 1)"
            : $"substring({a[0]}, greatest({a[1]}, 0) + 1, greatest({a[2]}, 0))",
        ["tolower"] = a => $"lower({a[0]})",
        ["toupper"] = a => $"upper({a[0]})",
        ["trim"] = a => $"trim({a[0]})",
        ["concat"] = a => $"({a[0]} || {a[1]})",
        ["year"] = a => $"year({a[0]})",
        ["month"] = a => $"month({a[0]})",
        ["day"] = a => $"day({a[0]})",
        ["hour"] = a => $"hour({a[0]})",
        ["minute"] = a => $"minute({a[0]})",
        // SQL's seconds and microseconds are parts of a minute; OData wants them apart.
        ["second"] = a => $"second({a[0]})",
        ["fractionalseconds"] = a => $"(CAST(microsecond({a[0]}) % 1000000 AS DECIMAL(18,6)) / 1000000)",
        ["date"] = a => $"CAST({a[0]} AS DATE)",
        ["now"] = _ => "now()",
        ["round"] = a => $"round({a[0]})",
        ["floor"] = a => $"floor({a[0]})",
        ["ceiling"] = a => $"ceiling({a[0]})",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <exception cref="ODataFaultException">The function is not supported.</exception>
    public static string Sql(string name, string[] arguments) =>
        Templates.TryGetValue(name, out var template) ? template(arguments) : throw ODataFaultException.NotSupported($"the function {name} is not supported");
}
