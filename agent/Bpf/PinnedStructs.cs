using System.Runtime.InteropServices;

namespace FlowLake.Agent.Bpf;

/// <summary>Mirrors <c>struct flow_control</c> in bpf/flow.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PinnedControl
{
    internal long HeartbeatNanoseconds;
    internal long SilenceNanoseconds;
    internal long Epoch;
    internal long Dns; // 1 or 0.
    internal long Cleared;
    internal Guid Id; // Two words to the kernel, which only keeps them.
    internal ulong Root;
    internal long Adopted;
    internal long Excluding; // 1 or 0.
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
    internal long CgroupsMissed;
    internal long BeforeAgent;
    internal long BeforeAgentBytes;
    internal long IncidentsFolded;
    internal long ResetsUnplaced;
    internal long DropsUnlisted;
    internal long DropsUnlistedBytes;
    internal long DnsUnfollowed;
    internal long DnsUnmatched;
    internal long DnsUnreadable;
    internal long DnsNamesCut;
    internal long DnsFolded;
    internal long DnsLost;
    private readonly long spare0;

    internal readonly CaptureLosses ToLosses(long recursionMisses, long tracingMisses, IReadOnlyList<ExcludedTraffic> excluded) => new()
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
        CgroupsMissed = CgroupsMissed,
        Excluded = excluded,
        BeforeAgent = BeforeAgent,
        BeforeAgentBytes = BeforeAgentBytes,
        IncidentsFolded = IncidentsFolded,
        ResetsUnplaced = ResetsUnplaced,
        DropsUnlisted = DropsUnlisted,
        DropsUnlistedBytes = DropsUnlistedBytes,
        DnsUnfollowed = DnsUnfollowed,
        DnsUnmatched = DnsUnmatched,
        DnsUnreadable = DnsUnreadable,
        DnsNamesCut = DnsNamesCut,
        DnsFolded = DnsFolded,
        DnsLost = DnsLost,
        RecursionMisses = recursionMisses,
        TracingMisses = tracingMisses,
    };
}

/// <summary>Mirrors <c>struct flow_namespace</c> in bpf/flow.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PinnedNamespace
{
    internal const int NameBytes = 64;

    internal fixed byte Name[NameBytes];
    internal long Connections;
    internal long Packets;
    internal long Bytes;

    /// <summary>One of that name that has counted nothing. What of the name has no room is cut; no namespace of Kubernetes is as long.</summary>
    internal static PinnedNamespace Named(string name)
    {
        var value = default(PinnedNamespace);
        System.Text.Encoding.UTF8.GetBytes(name, new Span<byte>(value.Name, NameBytes - 1));
        return value;
    }

    internal readonly string ReadName()
    {
        fixed (byte* start = Name)
        {
            var bytes = new ReadOnlySpan<byte>(start, NameBytes);
            return System.Text.Encoding.UTF8.GetString(bytes[..bytes.IndexOf((byte)0)]);
        }
    }
}

/// <summary>Mirrors <c>struct flow_drop_key</c> in bpf/flow.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PinnedDropKey
{
    internal ulong Cgroup;
    internal uint NetworkNamespace;
    internal uint Reason;
    internal byte Protocol;
    private readonly byte pad;
    private readonly ushort morePad;
    private readonly uint mostPad;
}

/// <summary>Mirrors <c>struct flow_drop</c> in bpf/flow.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PinnedDrop
{
    internal long Packets;
    internal long Bytes;
}
