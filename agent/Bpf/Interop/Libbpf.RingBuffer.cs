using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FlowLake.Agent.Bpf.Interop;

internal static partial class Libbpf
{
    // Source: libbpf.h, https://libbpf.readthedocs.io/en/latest/api.html
    internal static partial class RingBuffer
    {
        /// <summary>The callback takes context, data and size; it answers less than zero to stop.</summary>
        [LibraryImport(Library, EntryPoint = "ring_buffer__new", SetLastError = true)]
        internal static unsafe partial RingBufferHandle New(FileDescriptor map, delegate* unmanaged[Cdecl]<nint, byte*, nuint, int> take, nint context, nint options);

        /// <summary>Hands over what is there and does not wait. The count, or a negative error number.</summary>
        [LibraryImport(Library, EntryPoint = "ring_buffer__consume")]
        internal static partial int Consume(RingBufferHandle buffer);

        [LibraryImport(Library, EntryPoint = "ring_buffer__free")]
        internal static partial void Free(nint buffer);
    }
}

/// <summary>struct ring_buffer.</summary>
internal sealed class RingBufferHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        Libbpf.RingBuffer.Free(handle);
        return true;
    }
}
