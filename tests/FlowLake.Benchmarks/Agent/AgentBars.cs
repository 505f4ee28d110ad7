using FlowLake.Benchmarks.Agent.Accuracy;
using FlowLake.Benchmarks.Agent.Comparison;
using FlowLake.Benchmarks.Agent.KernelTime;
using FlowLake.Benchmarks.Agent.Names;
using FlowLake.Benchmarks.Agent.Size;

namespace FlowLake.Benchmarks.Agent;

/// <summary>What the agent costs the node it watches, and how exact it is.</summary>
internal static class AgentBars
{
    public static IReadOnlyDictionary<string, Func<bool, IReadOnlyList<Bar>>> Parts { get; } = new Dictionary<string, Func<bool, IReadOnlyList<Bar>>>(StringComparer.Ordinal)
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
}
