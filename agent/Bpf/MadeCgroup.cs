using System.Buffers.Binary;
using System.Text;

namespace FlowLake.Agent.Bpf;

/// <summary>A folder of cgroup v2 the kernel has made. Mirrors <c>struct flow_cgroup</c> in bpf/flow.h.</summary>
/// <param name="Id">Its id, as in <see cref="FlowKey.Cgroup"/>.</param>
/// <param name="Path">Where it was, from the root of the hierarchy, beginning with a slash.</param>
public readonly record struct MadeCgroup(ulong Id, string Path)
{
    internal static MadeCgroup Read(ReadOnlySpan<byte> sample) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(sample), Encoding.UTF8.GetString(sample[sizeof(ulong)..].TrimEnd((byte)0)));
}
