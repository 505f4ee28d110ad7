using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FlowLake.Agent.Bpf.Interop;

internal static partial class Libbpf
{
    // Source: btf.h of libbpf.
    internal static partial class Types
    {
        internal const uint KindTypedef = 8;

        [LibraryImport(Library, EntryPoint = "btf__load_vmlinux_btf", SetLastError = true)]
        internal static partial KernelTypesHandle Load();

        [LibraryImport(Library, EntryPoint = "btf__free")]
        internal static partial void Free(nint types);

        /// <summary>Negative where there is none.</summary>
        [LibraryImport(Library, EntryPoint = "btf__find_by_name_kind", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Find(KernelTypesHandle types, string name, uint kind);
    }
}

/// <summary>struct btf of the running kernel.</summary>
internal sealed class KernelTypesHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        Libbpf.Types.Free(handle);
        return true;
    }
}
