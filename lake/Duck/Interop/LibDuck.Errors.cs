using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace FlowLake.Lake.Duck.Interop;

internal static partial class LibDuck
{
    // Source: https://duckdb.org/docs/stable/clients/c/api#error-data
    internal static partial class Errors
    {
        [LibraryImport(Library, EntryPoint = "duckdb_error_data_error_type")]
        internal static partial DuckErrorType Type(DuckErrorDataHandle error);

        [LibraryImport(Library, EntryPoint = "duckdb_error_data_message")]
        [return: MarshalUsing(typeof(BorrowedUtf8))]
        internal static partial string? Message(DuckErrorDataHandle error);

        [LibraryImport(Library, EntryPoint = "duckdb_destroy_error_data")]
        internal static partial void Destroy(ref nint error);
    }
}
