using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FlowLake.Agent.Bpf.Interop;

/// <summary>A pinned ring buffer, opened for its one reader. Where he stopped is kept in the map: the next one goes on from there.</summary>
internal sealed unsafe class BpfRingBuffer : IDisposable
{
    private readonly FileDescriptor map;
    private readonly RingBufferHandle buffer;
    private readonly string path;
    private readonly List<byte[]> taken = [];
    private readonly GCHandle self;

    private BpfRingBuffer(FileDescriptor map, string path)
    {
        this.map = map;
        this.path = path;
        self = GCHandle.Alloc(this);
        using var log = LibbpfLog.Collect();
        buffer = Libbpf.RingBuffer.New(map, &Take, GCHandle.ToIntPtr(self), 0);
        if (!buffer.IsInvalid)
            return;
        var refusal = BpfException.Of("open", path, Marshal.GetLastPInvokeError(), log.ToString());
        Dispose();
        throw refusal;
    }

    internal static BpfRingBuffer Open(string path) => new(BpfPin.Open(path), path);

    /// <summary>What came since it was last asked, oldest first; each is handed out once.</summary>
    internal byte[][] Read()
    {
        var result = Libbpf.RingBuffer.Consume(buffer);
        if (result < 0)
            throw BpfException.Of("read", path, -result);
        byte[][] samples = [.. taken];
        taken.Clear();
        return samples;
    }

    public void Dispose()
    {
        buffer.Dispose();
        map.Dispose();
        if (self.IsAllocated)
            self.Free();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Take(nint context, byte* data, nuint size)
    {
        var owner = (BpfRingBuffer)GCHandle.FromIntPtr(context).Target!;
        owner.taken.Add(new ReadOnlySpan<byte>(data, checked((int)size)).ToArray());
        return 0;
    }
}
