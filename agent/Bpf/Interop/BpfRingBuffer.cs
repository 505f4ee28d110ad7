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

    // libbpf hands the samples over on the thread that asks for them: no handle to this object need pass through it.
    [ThreadStatic]
    private static BpfRingBuffer? reading;

    private BpfRingBuffer(FileDescriptor map, string path)
    {
        this.map = map;
        this.path = path;
        using var log = LibbpfLog.Collect();
        buffer = Libbpf.RingBuffer.New(map, &Take, 0, 0);
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
        reading = this;
        var result = Libbpf.RingBuffer.Consume(buffer);
        reading = null;
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
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Take(nint context, byte* data, nuint size)
    {
        reading!.taken.Add(new ReadOnlySpan<byte>(data, checked((int)size)).ToArray());
        return 0;
    }
}
