using System.Runtime.InteropServices;
using FlowLake.Agent.Bpf;
using FlowLake.Agent.Bpf.Interop;

namespace FlowLake.Tests.Agent.Bpf;

/// <summary>Slots in use by sockets that are nowhere, so that a connection has no other place than its socket's own storage; until a sweep looks for them.</summary>
internal static class OccupiedSlots
{
    internal const int All = 16_384;
    private const byte Established = 2;

    /// <summary>Every slot of the lab's one capture.</summary>
    internal static void Fill(KernelLab lab) => Use(lab, slots =>
    {
        for (uint index = 0; index < All; index++)
            slots.Set(index, new Slot { Phase = Established, Owner = ulong.MaxValue });
    });

    /// <summary>How many are still in use.</summary>
    internal static int Count(KernelLab lab)
    {
        var count = 0;
        Use(lab, slots => slots.Read((_, slot) => count += slot is { Phase: Established, Owner: ulong.MaxValue } ? 1 : 0));
        return count;
    }

    private static void Use(KernelLab lab, Action<BpfMap<uint, Slot>> use)
    {
        using var slots = BpfMap<uint, Slot>.Open(System.IO.Directory.GetFiles(lab.BpfPath, PinNames.Slots, SearchOption.AllDirectories).Single());
        use(slots);
    }

    /// <summary>What of <c>struct flow_socket</c> says whose it is.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Slot
    {
        [FieldOffset(8)]
        internal byte Phase;

        [FieldOffset(16)]
        internal ulong Owner;
    }
}
