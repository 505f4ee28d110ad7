using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FlowLake.Agent.Bpf.Interop;

internal static partial class Libbpf
{
    private const string Library = "libbpf.so.1";

    // Source: libbpf.h, https://libbpf.readthedocs.io/en/latest/api.html
    // Maps and programs are borrowed from the object: they end with it, so they stay nint and inside this folder.
    internal static partial class Object
    {
        [LibraryImport(Library, EntryPoint = "bpf_object__open_file", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial BpfObjectHandle OpenFile(string path, nint options);

        [LibraryImport(Library, EntryPoint = "bpf_object__load")]
        internal static partial int Load(BpfObjectHandle bpfObject);

        [LibraryImport(Library, EntryPoint = "bpf_object__close")]
        internal static partial void Close(nint bpfObject);

        [LibraryImport(Library, EntryPoint = "bpf_object__find_map_by_name", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial nint FindMap(BpfObjectHandle bpfObject, string name);

        [LibraryImport(Library, EntryPoint = "bpf_object__find_program_by_name", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial nint FindProgram(BpfObjectHandle bpfObject, string name);

        [LibraryImport(Library, EntryPoint = "bpf_object__btf")]
        internal static partial nint Btf(BpfObjectHandle bpfObject);

        /// <summary>The bytes belong to the BTF, which belongs to the object.</summary>
        [LibraryImport(Library, EntryPoint = "btf__raw_data")]
        internal static unsafe partial byte* BtfRawData(nint btf, out uint size);
    }

    internal static partial class Map
    {
        [LibraryImport(Library, EntryPoint = "bpf_map__set_pin_path", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int SetPinPath(nint map, string path);

        [LibraryImport(Library, EntryPoint = "bpf_map__set_max_entries")]
        internal static partial int SetMaxEntries(nint map, uint entries);

        [LibraryImport(Library, EntryPoint = "bpf_map__max_entries")]
        internal static partial uint MaxEntries(nint map);

        [LibraryImport(Library, EntryPoint = "bpf_map__type")]
        internal static partial uint Type(nint map);

        [LibraryImport(Library, EntryPoint = "bpf_map__key_size")]
        internal static partial uint KeySize(nint map);

        [LibraryImport(Library, EntryPoint = "bpf_map__value_size")]
        internal static partial uint ValueSize(nint map);

        [LibraryImport(Library, EntryPoint = "bpf_map__map_flags")]
        internal static partial uint Flags(nint map);

        [LibraryImport(Library, EntryPoint = "bpf_map__fd")]
        internal static partial int Descriptor(nint map);
    }

    internal static partial class Program
    {
        [LibraryImport(Library, EntryPoint = "bpf_program__set_autoload")]
        internal static partial int SetAutoload(nint program, [MarshalAs(UnmanagedType.U1)] bool autoload);

        /// <summary>Negative where the program was left out.</summary>
        [LibraryImport(Library, EntryPoint = "bpf_program__fd")]
        internal static partial int Descriptor(nint program);

        /// <summary>Attaches to what the program's section names.</summary>
        [LibraryImport(Library, EntryPoint = "bpf_program__attach", SetLastError = true)]
        internal static partial BpfLinkHandle Attach(nint program);

        [LibraryImport(Library, EntryPoint = "bpf_program__attach_cgroup", SetLastError = true)]
        internal static partial BpfLinkHandle AttachCgroup(nint program, FileDescriptor cgroup);

        [LibraryImport(Library, EntryPoint = "bpf_program__attach_iter", SetLastError = true)]
        internal static unsafe partial BpfLinkHandle AttachIterator(nint program, IteratorOptions* options);
    }

    internal static partial class Link
    {
        [LibraryImport(Library, EntryPoint = "bpf_link__fd")]
        internal static partial int Descriptor(BpfLinkHandle link);

        [LibraryImport(Library, EntryPoint = "bpf_link__open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial BpfLinkHandle Open(string path);

        [LibraryImport(Library, EntryPoint = "bpf_link__pin", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Pin(BpfLinkHandle link, string path);

        [LibraryImport(Library, EntryPoint = "bpf_link__update_program")]
        internal static partial int UpdateProgram(BpfLinkHandle link, nint program);

        /// <summary>Closes our descriptor. A pinned link stays attached.</summary>
        [LibraryImport(Library, EntryPoint = "bpf_link__destroy")]
        internal static partial int Destroy(nint link);
    }

    /// <summary>struct bpf_iter_attach_opts.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct IteratorOptions
    {
        internal nuint Size;
        internal IteratorTarget* Target;
        internal uint TargetLength;
    }

    /// <summary>union bpf_iter_link_info; its first member names the map.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 16)]
    internal struct IteratorTarget
    {
        internal uint MapDescriptor;
    }
}

/// <summary>struct bpf_object, with its programs and descriptors; what is pinned outlives it.</summary>
internal sealed class BpfObjectHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        Libbpf.Object.Close(handle);
        return true;
    }
}

/// <summary>struct bpf_link.</summary>
internal sealed class BpfLinkHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => Libbpf.Link.Destroy(handle) == 0;
}
