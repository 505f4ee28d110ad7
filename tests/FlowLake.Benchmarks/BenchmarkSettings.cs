using System.Globalization;
using System.Numerics;

namespace FlowLake.Benchmarks;

/// <summary>What is set in the environment for a run of another size: <c>make bench ONLY=query ROWS=10000000,100000000 MINUTES=10</c>.</summary>
internal static class BenchmarkSettings
{
    private const string RowsVariable = "ROWS";
    private const string MinutesVariable = "MINUTES";

    /// <summary>Rows, one number or more with commas between: the query area asks lakes of each, the ingest area makes as many as the first. Empty where each part has its own number.</summary>
    /// <exception cref="UsageException">One of them is no whole number.</exception>
    public static IReadOnlyList<long> Rows => Of(RowsVariable) is { } text ? [.. text.Split(',', StringSplitOptions.TrimEntries).Select(rows => Number<long>(RowsVariable, rows))] : [];

    /// <summary>Minutes of the mixed load; null for the default.</summary>
    /// <exception cref="UsageException">It is no number.</exception>
    public static double? Minutes => Of(MinutesVariable) is { } text ? Number<double>(MinutesVariable, text) : null;

    /// <summary>What is set, to be typed before a command.</summary>
    public static string AsTyped => string.Concat(new[] { RowsVariable, MinutesVariable }.Select(name => Of(name) is { } text ? $"{name}={text} " : ""));

    private static string? Of(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;

    private static T Number<T>(string name, string text)
        where T : INumber<T> => T.TryParse(text, CultureInfo.InvariantCulture, out var number) && number > T.Zero ? number : throw new UsageException($"{name}: \"{text}\" is no number above zero");
}
