using System.Runtime.InteropServices;

namespace FlowLake.Agent.Bpf.Interop;

/// <summary>What the running kernel's own BTF says it has.</summary>
internal static class KernelTypes
{
    /// <summary>Whether a program with types (<c>tp_btf</c>) can be attached to the tracepoint.</summary>
    internal static bool HasTracepoint(string name)
    {
        using var log = LibbpfLog.Collect();
        using var types = Libbpf.Types.Load();
        if (types.IsInvalid)
            throw BpfException.Of("read", "the kernel's BTF", Marshal.GetLastPInvokeError(), log.ToString());
        return Libbpf.Types.Find(types, $"btf_trace_{name}", Libbpf.Types.KindTypedef) >= 0;
    }
}
