using System.Runtime.InteropServices;

namespace FlowLake.Lake.Duck.Interop;

internal static partial class LibDuck
{
    // Source: https://duckdb.org/docs/stable/clients/c/appender
    internal static partial class Appender
    {
        [LibraryImport(Library, EntryPoint = "duckdb_appender_create", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial DuckState Create(DuckConnectionHandle connection, string? schema, string table, out DuckAppenderHandle appender);

        [LibraryImport(Library, EntryPoint = "duckdb_appender_column_count")]
        internal static partial ulong ColumnCount(DuckAppenderHandle appender);

        [LibraryImport(Library, EntryPoint = "duckdb_appender_column_type")]
        internal static partial DuckLogicalTypeHandle ColumnType(DuckAppenderHandle appender, ulong column);

        [LibraryImport(Library, EntryPoint = "duckdb_append_data_chunk")]
        internal static partial DuckState Append(DuckAppenderHandle appender, DuckChunkHandle chunk);

        [LibraryImport(Library, EntryPoint = "duckdb_appender_flush")]
        internal static partial DuckState Flush(DuckAppenderHandle appender);

        [LibraryImport(Library, EntryPoint = "duckdb_appender_clear")]
        internal static partial DuckState Clear(nint appender);

        [LibraryImport(Library, EntryPoint = "duckdb_appender_error_data")]
        internal static partial DuckErrorDataHandle Error(DuckAppenderHandle appender);

        [LibraryImport(Library, EntryPoint = "duckdb_appender_destroy")]
        internal static partial DuckState Destroy(ref nint appender);
    }
}
