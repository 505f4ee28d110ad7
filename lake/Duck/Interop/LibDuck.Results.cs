using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace FlowLake.Lake.Duck.Interop;

internal static partial class LibDuck
{
    // Source: https://duckdb.org/docs/stable/clients/c/api#result-functions
    internal static partial class Results
    {
        [LibraryImport(Library, EntryPoint = "duckdb_column_count")]
        internal static partial ulong ColumnCount(DuckResultHandle result);

        [LibraryImport(Library, EntryPoint = "duckdb_column_name")]
        [return: MarshalUsing(typeof(BorrowedUtf8))]
        internal static partial string? ColumnName(DuckResultHandle result, ulong column);

        [LibraryImport(Library, EntryPoint = "duckdb_column_logical_type")]
        internal static partial DuckLogicalTypeHandle ColumnType(DuckResultHandle result, ulong column);

        [LibraryImport(Library, EntryPoint = "duckdb_rows_changed")]
        internal static partial ulong RowsChanged(DuckResultHandle result);

        [LibraryImport(Library, EntryPoint = "duckdb_result_error")]
        [return: MarshalUsing(typeof(BorrowedUtf8))]
        internal static partial string? Error(DuckResultHandle result);

        [LibraryImport(Library, EntryPoint = "duckdb_result_error_type")]
        internal static partial DuckErrorType ErrorType(DuckResultHandle result);

        /// <summary>Works for streaming and for materialised results.</summary>
        [LibraryImport(Library, EntryPoint = "duckdb_fetch_chunk")]
        internal static partial DuckChunkHandle FetchChunk(NativeResult result);

        [LibraryImport(Library, EntryPoint = "duckdb_destroy_result")]
        internal static partial void Destroy(nint result);
    }
}
