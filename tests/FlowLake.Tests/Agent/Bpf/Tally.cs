using FlowLake.Agent.Bpf;
using Xunit;

namespace FlowLake.Tests.Agent.Bpf;

/// <summary>Adds up what drains hold, as windows would.</summary>
internal sealed class Tally
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HashSet<(Guid, long)> epochs = [];

    internal List<FlowEntry> Entries { get; } = [];

    internal List<DropEntry> Drops { get; } = [];

    internal List<DnsEntry> Dns { get; } = [];

    /// <summary>Ends a window: sweeps, drains, keeps, clears.</summary>
    internal void Collect(FlowCapture capture)
    {
        capture.Sweep();
        var drain = capture.Drain();
        Add(drain);
        capture.Clear(drain);
    }

    internal void Add(CaptureDrain drain)
    {
        Assert.True(epochs.Add((drain.PinSetId, drain.Epoch)), $"epoch {drain.Epoch} came twice");
        Entries.AddRange(drain.Flows);
        Drops.AddRange(drain.Drops);
        Dns.AddRange(drain.Dns);
    }

    /// <summary>Collects until the condition holds, or for a minute: then the assertions that follow say what is missing.</summary>
    internal void CollectUntil(FlowCapture capture, Func<Tally, bool> condition)
    {
        var end = TimeProvider.System.GetTimestamp();
        do
            Collect(capture);
        while (!condition(this) && TimeProvider.System.GetElapsedTime(end) < Patience);
    }

    /// <summary>The sum over the flows that fit.</summary>
    internal FlowCounters Sum(Func<FlowKey, bool> fits)
    {
        var sum = default(FlowCounters);
        foreach (var (_, counters) in Entries.Where(entry => fits(entry.Key)).Select(entry => (entry.Key, entry.Counters)))
        {
            sum.PayloadOut += counters.PayloadOut;
            sum.PayloadIn += counters.PayloadIn;
            sum.HeaderOut += counters.HeaderOut;
            sum.HeaderIn += counters.HeaderIn;
            sum.PacketsOut += counters.PacketsOut;
            sum.PacketsIn += counters.PacketsIn;
            sum.ConnectionsOpened += counters.ConnectionsOpened;
            sum.ConnectionsClosed += counters.ConnectionsClosed;
            sum.ConnectionsFailed += counters.ConnectionsFailed;
            sum.ResetsSent += counters.ResetsSent;
            sum.ResetsReceived += counters.ResetsReceived;
            sum.Drops += counters.Drops;
            sum.SrttCount += counters.SrttCount;
        }
        return sum;
    }

    internal FlowCounters Sum(byte protocol) => Sum(key => key.Protocol == protocol);

    internal AppBytes Payload(byte protocol)
    {
        var sum = Sum(protocol);
        return new AppBytes(sum.PayloadOut, sum.PayloadIn);
    }
}
