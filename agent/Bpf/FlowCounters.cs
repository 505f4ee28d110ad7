using System.Runtime.InteropServices;

namespace FlowLake.Agent.Bpf;

/// <summary>
/// What was counted under a <see cref="FlowKey"/> within one epoch. Out is what the local end sent, in what it received.
/// Mirrors <c>struct flow_counters</c> in bpf/flow.h byte for byte. Nothing in it is negative.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct FlowCounters
{
    /// <summary>Bytes of application data; TCP: acknowledged by the peer, each byte once.</summary>
    public long PayloadOut;
    public long PayloadIn;

    /// <summary>Bytes from the IP header on that are not payload; retransmitted payload is in here too. TCP: computed from segments.</summary>
    public long HeaderOut;
    public long HeaderIn;

    /// <summary>Packets as on the wire: a super-packet of segmentation offload counts its segments.</summary>
    public long PacketsOut;
    public long PacketsIn;

    public long ConnectionsOpened;
    public long ConnectionsClosed;

    /// <summary>Connects that never were established.</summary>
    public long ConnectionsFailed;

    public long Retransmits;
    public long SegmentsLost;

    /// <summary>Retransmission timeouts. 0 before kernel 6.7, as is <see cref="RtoTimeMicroseconds"/>.</summary>
    public long RtoCount;
    public long RtoTimeMicroseconds;

    /// <summary>Resets. 0, as are <see cref="ResetsReceived"/> and <see cref="Drops"/>, where the kernel lacks the tracepoint.</summary>
    public long ResetsSent;
    public long ResetsReceived;

    /// <summary>Packets the kernel dropped while it knew their socket; a super-packet counts its segments.</summary>
    public long Drops;

    /// <summary>Sum of smoothed round trips: one sample for each socket at each sweep that found news, and at its close.</summary>
    public long SrttMicrosecondsSum;
    public long SrttCount;

    /// <summary>Rounded down to 4 significant bits. 0 without a sample.</summary>
    public long SrttMicrosecondsMin;

    /// <summary>Rounded up to 4 significant bits. 0 without a sample.</summary>
    public long SrttMicrosecondsMax;

    private readonly long spare0;
    private readonly long spare1;
    private readonly long spare2;
    private readonly long spare3;
}
