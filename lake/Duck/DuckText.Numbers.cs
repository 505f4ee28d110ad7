using System.Globalization;
using System.Numerics;

namespace FlowLake.Lake.Duck;

internal static partial class DuckText
{
    private static int Ascii(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        text.CopyTo(destination);
        return text.Length;
    }

    private static int Number<T>(T value, Span<byte> destination) where T : IUtf8SpanFormattable
    {
        _ = value.TryFormat(destination, out var written, default, CultureInfo.InvariantCulture);
        return written;
    }

    // Shortest text that reads back as the same value; the three that are no numbers as JavaScript and .NET name them.
    private static int Real<T>(T value, Span<byte> destination) where T : IBinaryFloatingPointIeee754<T>
        => T.IsNaN(value) ? Ascii("NaN"u8, destination)
        : T.IsPositiveInfinity(value) ? Ascii("Infinity"u8, destination)
        : T.IsNegativeInfinity(value) ? Ascii("-Infinity"u8, destination)
        : Number(value, destination);

    internal static int Decimal(Int128 unscaled, int scale, Span<byte> destination)
    {
        var at = 0;
        if (unscaled < 0)
            destination[at++] = (byte)'-';
        Span<byte> digits = stackalloc byte[40];
        var magnitude = UInt128.CreateChecked(Int128.Abs(unscaled));
        var count = magnitude <= ulong.MaxValue ? Number((ulong)magnitude, digits) : Number(magnitude, digits);
        var whole = count - scale;
        if (whole <= 0)
            destination[at++] = (byte)'0';
        else
            at += Ascii(digits[..whole], destination[at..]);
        if (scale == 0)
            return at;
        destination[at++] = (byte)'.';
        for (; whole < 0; whole++)
            destination[at++] = (byte)'0';
        return at + Ascii(digits[whole..count], destination[at..]);
    }
}
