using System.Numerics;
using FlowLake.Agent.Bpf.Interop;

namespace FlowLake.Agent.Bpf;

/// <summary>The maps of one generation: the flows and DNS queries of every other epoch, what their maps had no room for, and dropped packets.</summary>
internal sealed class Generation : IDisposable
{
    private const int SignificantBits = 4;

    private readonly BpfMap<PinnedDropKey, PinnedDrop> drops;

    internal Generation(
        BpfMap<FlowKey, FlowCounters> flows,
        BpfMap<FlowKey, FlowCounters> reserve,
        BpfMap<PinnedDropKey, PinnedDrop> drops,
        BpfMap<PinnedDnsKey, PinnedDnsCounters> dns,
        BpfMap<PinnedDnsKey, PinnedDnsCounters> dnsReserve)
    {
        Flows = flows;
        Reserve = reserve;
        this.drops = drops;
        Dns = dns;
        DnsReserve = dnsReserve;
    }

    internal BpfMap<FlowKey, FlowCounters> Flows { get; }

    internal BpfMap<FlowKey, FlowCounters> Reserve { get; }

    internal BpfMap<PinnedDnsKey, PinnedDnsCounters> Dns { get; }

    internal BpfMap<PinnedDnsKey, PinnedDnsCounters> DnsReserve { get; }

    internal bool IsEmpty => Flows.IsEmpty() && Reserve.IsEmpty() && drops.IsEmpty() && Dns.IsEmpty() && DnsReserve.IsEmpty();

    /// <summary>Every flow, then what was folded. The generation must not be the active one.</summary>
    internal List<FlowEntry> ReadFlows()
    {
        var entries = new List<FlowEntry>();
        Flows.Read((key, counters) => entries.Add(new FlowEntry(key, Rounded(counters))));
        Reserve.Read((key, counters) => entries.Add(new FlowEntry(key, Rounded(counters))));
        return entries;
    }

    /// <summary>Every reason and place, likewise.</summary>
    internal List<DropEntry> ReadDrops(DropReasons reasons)
    {
        var entries = new List<DropEntry>();
        drops.Read((key, drop) => entries.Add(
            new DropEntry(reasons.NameOf(key.Reason), key.Cgroup, key.NetworkNamespace, key.Protocol, drop.Packets, drop.Bytes)));
        return entries;
    }

    /// <summary>Every DNS entry, then what was folded.</summary>
    internal List<DnsEntry> ReadDns()
    {
        var entries = new List<DnsEntry>();
        Dns.Read((key, counters) => entries.Add(DnsEntry.Of(key, counters)));
        DnsReserve.Read((key, counters) => entries.Add(DnsEntry.Of(key, counters)));
        return entries;
    }

    internal void Clear()
    {
        Flows.Clear();
        Reserve.Clear();
        drops.Clear();
        Dns.Clear();
        DnsReserve.Clear();
    }

    public void Dispose()
    {
        Flows.Dispose();
        Reserve.Dispose();
        drops.Dispose();
        Dns.Dispose();
        DnsReserve.Dispose();
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
