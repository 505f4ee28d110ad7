using System.Numerics;
using FlowLake.Agent.Bpf.Interop;

namespace FlowLake.Agent.Bpf;

/// <summary>The maps of one generation: the flows of every other epoch, and what the flow map had no room for.</summary>
internal sealed class Generation : IDisposable
{
    private const int SignificantBits = 4;

    internal Generation(BpfMap<FlowKey, FlowCounters> flows, BpfMap<FlowKey, FlowCounters> reserve)
    {
        Flows = flows;
        Reserve = reserve;
    }

    internal BpfMap<FlowKey, FlowCounters> Flows { get; }

    internal BpfMap<FlowKey, FlowCounters> Reserve { get; }

    internal bool IsEmpty => Flows.IsEmpty() && Reserve.IsEmpty();

    /// <summary>Every flow, then what was folded. The generation must not be the active one.</summary>
    internal List<FlowEntry> Read()
    {
        var entries = new List<FlowEntry>();
        Flows.Read((key, counters) => entries.Add(new FlowEntry(key, Rounded(counters))));
        Reserve.Read((key, counters) => entries.Add(new FlowEntry(key, Rounded(counters))));
        return entries;
    }

    internal void Clear()
    {
        Flows.Clear();
        Reserve.Clear();
    }

    public void Dispose()
    {
        Flows.Dispose();
        Reserve.Dispose();
    }

    // Four significant bits are 6 % of precision, and a tenth of the bytes at rest. Outwards, so that the true value lies between.
    private static FlowCounters Rounded(FlowCounters counters)
    {
        counters.SrttMicrosecondsMin = counters.SrttMicrosecondsMin & ~Tail(counters.SrttMicrosecondsMin);
        var tail = Tail(counters.SrttMicrosecondsMax);
        counters.SrttMicrosecondsMax = (counters.SrttMicrosecondsMax + tail) & ~tail;
        return counters;
    }

    private static long Tail(long value) => value <= 0 ? 0 : (1L << Math.Max(0, BitOperations.Log2((ulong)value) + 1 - SignificantBits)) - 1;
}
