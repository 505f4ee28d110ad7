using System.Runtime.InteropServices;

namespace FlowLake.Agent.Bpf.Interop;

internal static partial class Libbpf
{
    // Source: bpf.h, thin covers of the bpf(2) system call. They return a negative error number.
    internal static partial class Kernel
    {
        [LibraryImport(Library, EntryPoint = "bpf_obj_get", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int OpenPin(string path);

        [LibraryImport(Library, EntryPoint = "bpf_obj_get_info_by_fd")]
        internal static unsafe partial int Info(int descriptor, void* info, ref uint length);

        [LibraryImport(Library, EntryPoint = "bpf_prog_get_fd_by_id")]
        internal static partial int OpenProgram(uint id);

        [LibraryImport(Library, EntryPoint = "bpf_map_lookup_elem")]
        internal static unsafe partial int Lookup(FileDescriptor map, void* key, void* value);

        [LibraryImport(Library, EntryPoint = "bpf_map_update_elem")]
        internal static unsafe partial int Update(FileDescriptor map, void* key, void* value, ulong flags);

        [LibraryImport(Library, EntryPoint = "bpf_map_delete_elem")]
        internal static unsafe partial int Delete(FileDescriptor map, void* key);

        [LibraryImport(Library, EntryPoint = "bpf_map_get_next_key")]
        internal static unsafe partial int NextKey(FileDescriptor map, void* key, void* next);

        [LibraryImport(Library, EntryPoint = "bpf_map_lookup_batch")]
        internal static unsafe partial int LookupBatch(
            FileDescriptor map, void* inBatch, void* outBatch, void* keys, void* values, ref uint count, nint options);

        [LibraryImport(Library, EntryPoint = "bpf_map_lookup_and_delete_batch")]
        internal static unsafe partial int LookupAndDeleteBatch(
            FileDescriptor map, void* inBatch, void* outBatch, void* keys, void* values, ref uint count, nint options);

        [LibraryImport(Library, EntryPoint = "bpf_prog_query")]
        internal static unsafe partial int ProgramsAt(FileDescriptor cgroup, uint type, uint queryFlags, uint* attachFlags, uint* programs, uint* count);

        [LibraryImport(Library, EntryPoint = "bpf_iter_create")]
        internal static partial int StartIterator(int link);

        [LibraryImport(Library, EntryPoint = "bpf_link_detach")]
        internal static partial int Detach(FileDescriptor link);
    }

    /// <summary>struct bpf_map_info, as far as we read it.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 88)]
    internal struct MapInfo
    {
        internal uint Type;
        internal uint Id;
        internal uint KeySize;
        internal uint ValueSize;
        internal uint MaxEntries;
    }

    /// <summary>struct bpf_link_info of a link to a cgroup.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    internal struct LinkInfo
    {
        [FieldOffset(8)]
        internal uint ProgramId;

        /// <summary>0 once the cgroup is gone.</summary>
        [FieldOffset(16)]
        internal ulong Cgroup;
    }

    /// <summary>struct bpf_prog_info, as far as we read it.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 224)]
    internal unsafe struct ProgramInfo
    {
        internal const int NameBytes = 16;

        [FieldOffset(64)]
        internal fixed byte Name[NameBytes];

        [FieldOffset(208)]
        internal ulong RecursionMisses;
    }
}
