using System.Runtime.InteropServices;

namespace FlowLake.Agent.Bpf;

/// <summary>What the kernel adds up by. Mirrors <c>struct flow_key</c> in bpf/flow.h byte for byte; a test holds both together.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct FlowKey
{
    /// <summary>Id of the local socket's cgroup: the inode number of its folder in the cgroup v2 file system.</summary>
    public ulong Cgroup { get; init; }

    public FlowAddress Local { get; init; }

    public FlowAddress Remote { get; init; }

    /// <summary>Host byte order. 0 where the protocol has no ports. The client's port is not kept.</summary>
    public ushort ServerPort { get; init; }

    /// <summary>IANA protocol number: 6 is TCP, 17 is UDP.</summary>
    public byte Protocol { get; init; }

    /// <summary>Which end <see cref="Local"/> is.</summary>
    public FlowRole Role { get; init; }

    private readonly uint pad;

    /// <summary>True where the flow map was full and the kernel kept cgroup, role and protocol alone.</summary>
    public bool IsFolded => Local.IsNone && Remote.IsNone;
}
