using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace FlowLake.Lake.Duck.Interop;

internal static partial class LibDuck
{
    // Source: https://duckdb.org/docs/stable/clients/c/connect and /config
    internal static unsafe partial class Startup
    {
        [LibraryImport(Library, EntryPoint = "duckdb_library_version")]
        [return: MarshalUsing(typeof(BorrowedUtf8))]
        internal static partial string? LibraryVersion();

        [LibraryImport(Library, EntryPoint = "duckdb_vector_size")]
        internal static partial ulong VectorSize();

        [LibraryImport(Library, EntryPoint = "duckdb_create_config")]
        internal static partial DuckState CreateConfig(out DuckConfigHandle config);

        [LibraryImport(Library, EntryPoint = "duckdb_set_config", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial DuckState SetConfig(DuckConfigHandle config, string name, string value);

        [LibraryImport(Library, EntryPoint = "duckdb_destroy_config")]
        internal static partial void DestroyConfig(ref nint config);

        [LibraryImport(Library, EntryPoint = "duckdb_open_ext", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial DuckState Open(
            string path, out DuckDatabaseHandle database, DuckConfigHandle config, [MarshalUsing(typeof(OwnedUtf8))] out string? error);

        [LibraryImport(Library, EntryPoint = "duckdb_close")]
        internal static partial void Close(ref nint database);

        [LibraryImport(Library, EntryPoint = "duckdb_connect")]
        internal static partial DuckState Connect(DuckDatabaseHandle database, out DuckConnectionHandle connection);

        [LibraryImport(Library, EntryPoint = "duckdb_disconnect")]
        internal static partial void Disconnect(ref nint connection);

        [LibraryImport(Library, EntryPoint = "duckdb_interrupt")]
        internal static partial void Interrupt(DuckConnectionHandle connection);

        [LibraryImport(Library, EntryPoint = "duckdb_free")]
        internal static partial void Free(void* memory);
    }
}
