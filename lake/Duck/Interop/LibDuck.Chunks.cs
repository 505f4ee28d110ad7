using System.Runtime.InteropServices;

namespace FlowLake.Lake.Duck.Interop;

internal static partial class LibDuck
{
    // Source: https://duckdb.org/docs/stable/clients/c/data_chunk and /vector. A vector belongs to its chunk and is never freed.
    internal static unsafe partial class Chunks
    {
        [LibraryImport(Library, EntryPoint = "duckdb_create_data_chunk")]
        internal static partial DuckChunkHandle Create(nint* types, ulong count);

        [LibraryImport(Library, EntryPoint = "duckdb_destroy_data_chunk")]
        internal static partial void Destroy(ref nint chunk);

        [LibraryImport(Library, EntryPoint = "duckdb_data_chunk_reset")]
        internal static partial void Reset(DuckChunkHandle chunk);

        [LibraryImport(Library, EntryPoint = "duckdb_data_chunk_get_size")]
        internal static partial ulong Size(DuckChunkHandle chunk);

        [LibraryImport(Library, EntryPoint = "duckdb_data_chunk_set_size")]
        internal static partial void SetSize(DuckChunkHandle chunk, ulong size);

        [LibraryImport(Library, EntryPoint = "duckdb_data_chunk_get_vector")]
        internal static partial nint Vector(DuckChunkHandle chunk, ulong column);

        [LibraryImport(Library, EntryPoint = "duckdb_vector_get_data")]
        internal static partial byte* Data(nint vector);

        /// <summary>One bit a row, set when the value is there; null when no value is missing.</summary>
        [LibraryImport(Library, EntryPoint = "duckdb_vector_get_validity")]
        internal static partial ulong* Validity(nint vector);

        [LibraryImport(Library, EntryPoint = "duckdb_vector_ensure_validity_writable")]
        internal static partial void EnsureValidity(nint vector);

        [LibraryImport(Library, EntryPoint = "duckdb_unsafe_vector_assign_string_element_len")]
        internal static partial void AssignText(nint vector, ulong row, byte* utf8, ulong length);

        [LibraryImport(Library, EntryPoint = "duckdb_list_vector_get_child")]
        internal static partial nint ListChild(nint vector);

        [LibraryImport(Library, EntryPoint = "duckdb_list_vector_get_size")]
        internal static partial ulong ListSize(nint vector);

        [LibraryImport(Library, EntryPoint = "duckdb_array_vector_get_child")]
        internal static partial nint ArrayChild(nint vector);

        [LibraryImport(Library, EntryPoint = "duckdb_struct_vector_get_child")]
        internal static partial nint StructChild(nint vector, ulong index);
    }
}
