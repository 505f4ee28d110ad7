using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FlowLake.Agent.Bpf;
using FlowLake.Agent.Bpf.Interop;

namespace FlowLake.Tests.Agent.Bpf;

/// <summary>Slots in use by sockets that are nowhere, so that a connection has no other place than its socket's own storage; until a sweep looks for them.</summary>
internal static class OccupiedSlots
{
    internal const int All = 16_384;
    private const int SlotBytes = 128;
    private const byte Established = 2;

    /// <summary>Every slot of the lab's one capture.</summary>
    internal static void Fill(KernelLab lab) => Use(lab, (slots, layout) =>
    {
        for (uint index = 0; index < All; index++)
            slots.Set(index, layout.Occupied());
    });

    /// <summary>How many are still in use.</summary>
    internal static int Count(KernelLab lab)
    {
        var count = 0;
        Use(lab, (slots, layout) => slots.Read((_, slot) => count += layout.IsOccupied(slot) ? 1 : 0));
        return count;
    }

    private static void Use(KernelLab lab, Action<BpfMap<uint, Slot>, SlotLayout> use)
    {
        using var slots = BpfMap<uint, Slot>.Open(System.IO.Directory.GetFiles(lab.BpfPath, PinNames.Slots, SearchOption.AllDirectories).Single());
        use(slots, SlotLayout.Read());
    }

    /// <summary>Where in <c>struct flow_socket</c> it says whose the slot is, and whether it is in use: the object file knows.</summary>
    private sealed record SlotLayout(int Owner, int Phase)
    {
        internal static SlotLayout Read()
        {
            using var bpfObject = BpfObject.Open(new CaptureOptions { CgroupRoot = "/", PinName = "none" }.ObjectPath);
            var members = new BtfTypes(bpfObject.Btf()).FindStruct("flow_socket").Members;
            return new SlotLayout(OffsetOf("owner"), OffsetOf("phase"));

            int OffsetOf(string name) => members.Single(member => member.Name == name).Offset;
        }

        internal Slot Occupied()
        {
            var slot = default(Slot);
            MemoryMarshal.Write(slot[Owner..], ulong.MaxValue);
            slot[Phase] = Established;
            return slot;
        }

        internal bool IsOccupied(Slot slot) => slot[Phase] == Established && MemoryMarshal.Read<ulong>(slot[Owner..]) == ulong.MaxValue;
    }

    [InlineArray(SlotBytes)]
    private struct Slot
    {
        private byte start;
    }
}
