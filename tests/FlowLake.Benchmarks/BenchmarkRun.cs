namespace FlowLake.Benchmarks;

/// <summary>What was asked for: an area, or all; of it some parts, or all; in full, or quickly.</summary>
/// <param name="Area">Name of the area; null for all.</param>
/// <param name="Parts">Names of the area's parts; none for all.</param>
/// <param name="Quick">Shorter and less sure: for whoever changes something and wants to see its effect.</param>
internal sealed record BenchmarkRun(string? Area, IReadOnlyList<string> Parts, bool Quick)
{
    private const string QuickOption = "--quick";

    /// <summary>Only a run that measured everything, in full, is kept.</summary>
    public bool IsWhole => Parts.Count == 0 && !Quick;

    public static BenchmarkRun Parse(IReadOnlyList<string> words)
    {
        string[] names = [.. words.Where(word => word != QuickOption)];
        return new BenchmarkRun(names.FirstOrDefault(), [.. names.Skip(1)], words.Contains(QuickOption));
    }

    /// <summary>The parts asked for, in their own order.</summary>
    /// <exception cref="UsageException">One that there is not.</exception>
    public IReadOnlyList<T> Choose<T>(IReadOnlyDictionary<string, T> all)
    {
        if (Parts.FirstOrDefault(part => !all.ContainsKey(part)) is { } unknown)
            throw new UsageException($"{Area} has no part {unknown}; it has: {string.Join(", ", all.Keys)}");
        return [.. all.Where(part => Parts.Count == 0 || Parts.Contains(part.Key)).Select(part => part.Value)];
    }
}
