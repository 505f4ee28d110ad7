using FlowLake.Agent.Bpf;
using FlowLake.Tests.Agent.Bpf;

namespace FlowLake.Benchmarks.Agent.Lab;

/// <summary>Adds up what a capture's windows hold.</summary>
/// <param name="capture">Of nobody else.</param>
internal sealed class FlowSum(FlowCapture capture)
{
    private const byte Tcp = 6;

    private long headerOut;
    private long headerIn;
    private AppBytes tcp;
    private AppBytes others;

    public FlowCapture Capture => capture;

    public long Opened { get; private set; }

    public long Closed { get; private set; }

    /// <summary>Payload of TCP.</summary>
    public AppBytes Payload => tcp;

    /// <summary>Payload of every other protocol.</summary>
    public AppBytes PacketPayload => others;

    public (long Out, long In) IpBytes => (tcp.Sent + others.Sent + headerOut, tcp.Received + others.Received + headerIn);

    /// <summary>Ends a window and adds it.</summary>
    public void Collect()
    {
        capture.Sweep();
        var drain = capture.Drain();
        foreach (var (key, counters) in drain.Flows)
        {
            if (key.Protocol == Tcp)
                tcp = Add(tcp, counters);
            else
                others = Add(others, counters);
            headerOut += counters.HeaderOut;
            headerIn += counters.HeaderIn;
            Opened += counters.ConnectionsOpened;
            Closed += counters.ConnectionsClosed;
        }

        capture.Clear(drain);
    }

    private static AppBytes Add(AppBytes sum, in FlowCounters counters) => new(sum.Sent + counters.PayloadOut, sum.Received + counters.PayloadIn);
}
