using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace FlowLake.Lake.Duck.Interop;

internal static partial class LibDuck
{
    // Source: https://duckdb.org/docs/stable/clients/c/prepared and /query. Parameter indexes start at 1.
    internal static unsafe partial class Statements
    {
        /// <summary>Number of statements; 0 when the text does not parse or is empty.</summary>
        [LibraryImport(Library, EntryPoint = "duckdb_extract_statements", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial ulong Extract(DuckConnectionHandle connection, string sql, out DuckExtractedHandle extracted);

        [LibraryImport(Library, EntryPoint = "duckdb_extract_statements_error")]
        [return: MarshalUsing(typeof(BorrowedUtf8))]
        internal static partial string? ExtractError(DuckExtractedHandle extracted);

        [LibraryImport(Library, EntryPoint = "duckdb_destroy_extracted")]
        internal static partial void DestroyExtracted(ref nint extracted);

        [LibraryImport(Library, EntryPoint = "duckdb_prepare_extracted_statement")]
        internal static partial DuckState PrepareExtracted(
            DuckConnectionHandle connection, DuckExtractedHandle extracted, ulong index, out DuckStatementHandle statement);

        [LibraryImport(Library, EntryPoint = "duckdb_prepare_error")]
        [return: MarshalUsing(typeof(BorrowedUtf8))]
        internal static partial string? PrepareError(DuckStatementHandle statement);

        [LibraryImport(Library, EntryPoint = "duckdb_destroy_prepare")]
        internal static partial void Destroy(ref nint statement);

        [LibraryImport(Library, EntryPoint = "duckdb_prepared_statement_type")]
        internal static partial DuckStatementType Type(DuckStatementHandle statement);

        [LibraryImport(Library, EntryPoint = "duckdb_nparams")]
        internal static partial ulong ParameterCount(DuckStatementHandle statement);

        [LibraryImport(Library, EntryPoint = "duckdb_parameter_name")]
        [return: MarshalUsing(typeof(OwnedUtf8))]
        internal static partial string? ParameterName(DuckStatementHandle statement, ulong index);

        [LibraryImport(Library, EntryPoint = "duckdb_prepared_statement_column_count")]
        internal static partial ulong ColumnCount(DuckStatementHandle statement);

        [LibraryImport(Library, EntryPoint = "duckdb_prepared_statement_column_name")]
        [return: MarshalUsing(typeof(OwnedUtf8))]
        internal static partial string? ColumnName(DuckStatementHandle statement, ulong column);

        [LibraryImport(Library, EntryPoint = "duckdb_prepared_statement_column_logical_type")]
        internal static partial DuckLogicalTypeHandle ColumnType(DuckStatementHandle statement, ulong column);

        [LibraryImport(Library, EntryPoint = "duckdb_clear_bindings")]
        internal static partial DuckState ClearBindings(DuckStatementHandle statement);

        [LibraryImport(Library, EntryPoint = "duckdb_bind_null")]
        internal static partial DuckState BindNull(DuckStatementHandle statement, ulong index);

        [LibraryImport(Library, EntryPoint = "duckdb_bind_boolean")]
        internal static partial DuckState Bind(DuckStatementHandle statement, ulong index, [MarshalAs(UnmanagedType.U1)] bool value);

        [LibraryImport(Library, EntryPoint = "duckdb_bind_int32")]
        internal static partial DuckState Bind(DuckStatementHandle statement, ulong index, int value);

        [LibraryImport(Library, EntryPoint = "duckdb_bind_int64")]
        internal static partial DuckState Bind(DuckStatementHandle statement, ulong index, long value);

        [LibraryImport(Library, EntryPoint = "duckdb_bind_hugeint")]
        internal static partial DuckState Bind(DuckStatementHandle statement, ulong index, NativeHugeint value);

        [LibraryImport(Library, EntryPoint = "duckdb_bind_decimal")]
        internal static partial DuckState Bind(DuckStatementHandle statement, ulong index, NativeDecimal value);

        [LibraryImport(Library, EntryPoint = "duckdb_bind_double")]
        internal static partial DuckState Bind(DuckStatementHandle statement, ulong index, double value);

        [LibraryImport(Library, EntryPoint = "duckdb_bind_date")]
        internal static partial DuckState Bind(DuckStatementHandle statement, ulong index, NativeDate value);

        [LibraryImport(Library, EntryPoint = "duckdb_bind_timestamp_tz")]
        internal static partial DuckState Bind(DuckStatementHandle statement, ulong index, NativeTimestamp value);

        [LibraryImport(Library, EntryPoint = "duckdb_bind_varchar_length")]
        internal static partial DuckState BindText(DuckStatementHandle statement, ulong index, byte* utf8, ulong length);

        [LibraryImport(Library, EntryPoint = "duckdb_bind_blob")]
        internal static partial DuckState BindBlob(DuckStatementHandle statement, ulong index, byte* data, ulong length);

        [LibraryImport(Library, EntryPoint = "duckdb_bind_value")]
        internal static partial DuckState Bind(DuckStatementHandle statement, ulong index, DuckValueHandle value);

        [LibraryImport(Library, EntryPoint = "duckdb_pending_prepared")]
        internal static partial DuckState Pending(DuckStatementHandle statement, out DuckPendingHandle pending);

        [LibraryImport(Library, EntryPoint = "duckdb_pending_prepared_streaming")]
        internal static partial DuckState PendingStreaming(DuckStatementHandle statement, out DuckPendingHandle pending);

        [LibraryImport(Library, EntryPoint = "duckdb_pending_error")]
        [return: MarshalUsing(typeof(BorrowedUtf8))]
        internal static partial string? PendingError(DuckPendingHandle pending);

        [LibraryImport(Library, EntryPoint = "duckdb_execute_pending")]
        internal static partial DuckState Execute(DuckPendingHandle pending, DuckResultHandle result);

        [LibraryImport(Library, EntryPoint = "duckdb_destroy_pending")]
        internal static partial void DestroyPending(ref nint pending);
    }
}
