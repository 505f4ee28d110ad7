using System.Runtime.InteropServices;

namespace FlowLake.Lake.Duck.Interop;

internal static partial class LibDuck
{
    // Source: https://duckdb.org/docs/stable/clients/c/value
    internal static unsafe partial class Values
    {
        [LibraryImport(Library, EntryPoint = "duckdb_create_varchar_length")]
        internal static partial DuckValueHandle Text(byte* utf8, ulong length);

        [LibraryImport(Library, EntryPoint = "duckdb_create_int64")]
        internal static partial DuckValueHandle Int64(long value);

        [LibraryImport(Library, EntryPoint = "duckdb_create_uuid")]
        internal static partial DuckValueHandle Uuid(NativeUnsignedHugeint value);

        [LibraryImport(Library, EntryPoint = "duckdb_create_null_value")]
        internal static partial DuckValueHandle Null();

        [LibraryImport(Library, EntryPoint = "duckdb_create_list_value")]
        internal static partial DuckValueHandle List(DuckLogicalTypeHandle elementType, nint* values, ulong count);

        [LibraryImport(Library, EntryPoint = "duckdb_destroy_value")]
        internal static partial void Destroy(ref nint value);
    }
}
