namespace FlowLake.Benchmarks.Agent.KernelTime;

/// <summary>What the kernel programs cost, each kind by itself and less what measuring costs.</summary>
internal static class KernelTimeBars
{
    public static IReadOnlyList<Bar> Measure(bool quick) =>
        [ConnectionCost.Measure(quick), .. SweepCost.Measure(quick), .. PacketCost.Measure(quick)];
}
