using System.Globalization;

namespace FlowLake.Benchmarks.Ingest;

/// <summary>How many rows are asked for: <c>make bench ONLY=ingest ROWS=100000000</c> for another number than a part's own.</summary>
internal static class RowsAsked
{
    private const string Variable = "ROWS";

    /// <summary>The number; null where none is given.</summary>
    public static long? Read() => long.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out var rows) ? rows : null;
}
