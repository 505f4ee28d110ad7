using System.Runtime.InteropServices;

namespace FlowLake.Agent.Bpf;

/// <summary>Mirrors <c>struct dns_key</c> in bpf/flow.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PinnedDnsKey
{
    internal const int NameMost = 128;

    internal ulong Cgroup;
    internal FlowAddress Local;
    internal FlowAddress Remote;
    internal fixed byte Name[NameMost];
    internal ushort Type;
    internal FlowRole Role;
    internal byte ResponseCode;
    private readonly uint pad;

    internal readonly byte[] NameBytes
    {
        get
        {
            fixed (byte* name = Name)
                return new ReadOnlySpan<byte>(name, NameMost).ToArray();
        }
    }
}

/// <summary>Mirrors <c>struct dns_counters</c> in bpf/flow.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PinnedDnsCounters
{
    internal long Queries;
    internal long LatencyUsSum;
    internal long LatencyCount;
    internal long LatencyUsMin;
    internal long LatencyUsMax;
}
