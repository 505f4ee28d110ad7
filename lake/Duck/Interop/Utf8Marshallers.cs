using System.Runtime.InteropServices.Marshalling;
using System.Runtime.InteropServices;

namespace FlowLake.Lake.Duck.Interop;

/// <summary>A string that stays the engine's: copied, not freed.</summary>
[CustomMarshaller(typeof(string), MarshalMode.ManagedToUnmanagedOut, typeof(BorrowedUtf8))]
internal static unsafe class BorrowedUtf8
{
    public static string? ConvertToManaged(byte* text) => Marshal.PtrToStringUTF8((nint)text);
}

/// <summary>A string the engine made for us: copied, then freed by <c>duckdb_free</c>.</summary>
[CustomMarshaller(typeof(string), MarshalMode.ManagedToUnmanagedOut, typeof(OwnedUtf8))]
internal static unsafe class OwnedUtf8
{
    public static string? ConvertToManaged(byte* text) => Marshal.PtrToStringUTF8((nint)text);

    public static void Free(byte* text)
    {
        if (text is not null)
            LibDuck.Startup.Free(text);
    }
}
