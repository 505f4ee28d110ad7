namespace FlowLake.Benchmarks.Agent.Comparison;

/// <summary>FlowLake against counting every packet, and traffic with it against traffic without.</summary>
internal static class ComparisonBars
{
    public static IReadOnlyList<Bar> Measure(bool quick) => [BulkCost.Measure(quick), .. TrafficPairs.Measure(quick)];
}
