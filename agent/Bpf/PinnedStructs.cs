using System.Runtime.InteropServices;

namespace FlowLake.Agent.Bpf;

/// <summary>Mirrors <c>struct flow_control</c> in bpf/flow.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PinnedControl
{
    internal long HeartbeatNanoseconds;
    internal long SilenceNanoseconds;
    internal long Epoch;
    internal long Cleared;
    internal Guid Id; // Two words to the kernel, which only keeps them.
}

/// <summary>Mirrors <c>struct flow_losses</c> in bpf/flow.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PinnedLosses
{
    internal long SweepsPostponed;
    internal long ClosesFolded;
    internal long PacketsFolded;
    internal long ReserveFull;
    internal long ReserveFullBytes;
    internal long StorageFailed;
    internal long Untagged;
    internal long UntaggedBytes;
    internal long Loopback;
    internal long LoopbackBytes;
    internal long Stopped;
    internal long StoppedBytes;
    internal long UnreadablePackets;
    internal long UnreadableBytes;
    private readonly long spare0;
    private readonly long spare1;

    internal readonly CaptureLosses ToLosses(long recursionMisses) => new()
    {
        SweepsPostponed = SweepsPostponed,
        ClosesFolded = ClosesFolded,
        PacketsFolded = PacketsFolded,
        ReserveFull = ReserveFull,
        ReserveFullBytes = ReserveFullBytes,
        StorageFailed = StorageFailed,
        Untagged = Untagged,
        UntaggedBytes = UntaggedBytes,
        Loopback = Loopback,
        LoopbackBytes = LoopbackBytes,
        Stopped = Stopped,
        StoppedBytes = StoppedBytes,
        UnreadablePackets = UnreadablePackets,
        UnreadableBytes = UnreadableBytes,
        RecursionMisses = recursionMisses,
    };
}
