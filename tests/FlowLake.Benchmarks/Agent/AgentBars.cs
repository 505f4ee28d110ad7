using FlowLake.Benchmarks.Agent.Names;
using FlowLake.Benchmarks.Agent.Accuracy;
using FlowLake.Benchmarks.Agent.Comparison;
using FlowLake.Benchmarks.Agent.KernelTime;
using FlowLake.Benchmarks.Agent.Size;

namespace FlowLake.Benchmarks.Agent;

/// <summary>What the agent costs the node it watches, and how exact it is.</summary>
internal static class AgentBars
{
    private static readonly Dictionary<string, Func<bool, IReadOnlyList<Bar>>> parts = new(StringComparer.Ordinal)
    {
        ["accuracy"] = AccuracyBars.Measure,
        ["connections"] = quick => [ConnectionCost.Measure(quick)],
        ["sweeps"] = SweepCost.Measure,
        ["packets"] = PacketCost.Measure,
        ["bulk"] = quick => [BulkCost.Measure(quick)],
        ["traffic"] = TrafficPairs.Measure,
        ["size"] = SizeBars.Measure,
        ["directory"] = _ => DirectoryBars.Measure(),
    };

    public static IReadOnlyList<Bar> Measure(BenchmarkRun run) => [.. run.Choose(parts).SelectMany(part => part(run.Quick))];
}
