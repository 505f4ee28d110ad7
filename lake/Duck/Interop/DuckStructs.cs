using System.Runtime.InteropServices;

namespace FlowLake.Lake.Duck.Interop;

/// <summary><c>duckdb_result</c>: 48 bytes of which only the last pointer is still in use.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct NativeResult
{
    private readonly ulong columnCount;
    private readonly ulong rowCount;
    private readonly ulong rowsChanged;
    private readonly nint columns;
    private readonly nint errorMessage;
    private readonly nint internalData;
}

/// <summary><c>duckdb_timestamp</c>: microseconds since 1970-01-01 UTC.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct NativeTimestamp(long Micros);

/// <summary><c>duckdb_date</c>: days since 1970-01-01.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct NativeDate(int Days);

/// <summary><c>duckdb_hugeint</c>: two's complement, lower half first. The memory form is that of <see cref="Int128"/> on both our
/// architectures, but the calling convention is that of a struct of two words, so calls take this type.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct NativeHugeint(ulong Lower, long Upper)
{
    internal static NativeHugeint From(Int128 value) => unchecked(new NativeHugeint((ulong)value, (long)(value >> 64)));
}

/// <summary><c>duckdb_uhugeint</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct NativeUnsignedHugeint(ulong Lower, ulong Upper);

/// <summary><c>duckdb_decimal</c>: the value is the unscaled integer.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct NativeDecimal(byte Width, byte Scale, NativeHugeint Value);
