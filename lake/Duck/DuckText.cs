using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace FlowLake.Lake.Duck;

/// <summary>Values as text, the same in JSON, in CSV and as objects: ISO 8601 for dates and times, the engine's own form for the rest.</summary>
internal static partial class DuckText
{
    /// <summary>No value that <see cref="Format"/> writes is longer.</summary>
    internal const int LongestFormatted = 128;

    /// <summary>Writes a value whose text has a bounded length.</summary>
    /// <returns>The length, or -1 for a type whose text has none; it is to be had from <see cref="String"/>.</returns>
    internal static int Format(DuckVector vector, int row, Span<byte> destination)
    {
        ref readonly var native = ref vector.Native;
        return vector.Type.Id switch
        {
            DuckTypeId.Boolean => Ascii(native.Value<byte>(row) != 0 ? "true"u8 : "false"u8, destination),
            DuckTypeId.TinyInt => Number(native.Value<sbyte>(row), destination),
            DuckTypeId.SmallInt => Number(native.Value<short>(row), destination),
            DuckTypeId.Integer => Number(native.Value<int>(row), destination),
            DuckTypeId.BigInt => Number(native.Value<long>(row), destination),
            DuckTypeId.UTinyInt => Number(native.Value<byte>(row), destination),
            DuckTypeId.USmallInt => Number(native.Value<ushort>(row), destination),
            DuckTypeId.UInteger => Number(native.Value<uint>(row), destination),
            DuckTypeId.UBigInt => Number(native.Value<ulong>(row), destination),
            DuckTypeId.HugeInt => Number(native.Value<Int128>(row), destination),
            DuckTypeId.UHugeInt => Number(native.Value<UInt128>(row), destination),
            DuckTypeId.Float => Real(native.Value<float>(row), destination),
            DuckTypeId.Double => Real(native.Value<double>(row), destination),
            DuckTypeId.Decimal => Decimal(Unscaled(vector, row), vector.Type.DecimalScale, destination),
            DuckTypeId.Uuid => Number(Uuid(native.Value<Int128>(row)), destination),
            DuckTypeId.Date => Date(native.Value<int>(row), destination),
            DuckTypeId.Time => TimeOfDay(native.Value<long>(row), 6, destination),
            DuckTypeId.TimeNanoseconds => TimeOfDay(native.Value<long>(row), 9, destination),
            DuckTypeId.TimeZoned => ZonedTime(native.Value<ulong>(row), destination),
            DuckTypeId.Timestamp or DuckTypeId.TimestampZoned => Timestamp(native.Value<long>(row), 6, destination),
            DuckTypeId.TimestampSeconds => Timestamp(native.Value<long>(row), 0, destination),
            DuckTypeId.TimestampMilliseconds => Timestamp(native.Value<long>(row), 3, destination),
            DuckTypeId.TimestampNanoseconds => Timestamp(native.Value<long>(row), 9, destination),
            DuckTypeId.Interval => Interval(native.Value<DuckInterval>(row), destination),
            _ => -1,
        };
    }

    /// <summary>The text of any value that is no LIST, ARRAY, STRUCT, MAP or UNION and is not missing.</summary>
    /// <exception cref="NotSupportedException">The engine's type has no form here; cast the column to VARCHAR in SQL.</exception>
    internal static string String(DuckVector vector, int row)
    {
        Span<byte> formatted = stackalloc byte[LongestFormatted];
        var length = Format(vector, row, formatted);
        return length >= 0 ? Encoding.ASCII.GetString(formatted[..length]) : vector.Type.Id switch
        {
            DuckTypeId.VarChar => Encoding.UTF8.GetString(vector.Native.Bytes(row)),
            DuckTypeId.Enum => vector.Type.EnumNames[EnumIndex(vector, row)],
            DuckTypeId.Blob => Blob(vector.Native.Bytes(row)),
            DuckTypeId.Bit => Bit(vector.Native.Bytes(row)),
            DuckTypeId.BigNumber => BigNumber(vector.Native.Bytes(row)).ToString(CultureInfo.InvariantCulture),
            _ => throw new NotSupportedException($"A value of the type {vector.Type} has no text here. Cast it to VARCHAR in the SELECT."),
        };
    }

    /// <summary>The columns as they are, when each of them can be written.</summary>
    /// <exception cref="NotSupportedException">One cannot.</exception>
    internal static IReadOnlyList<DuckColumn> Known(IEnumerable<DuckColumn> columns)
    {
        var known = columns.ToArray();
        return Array.Find(known, column => !column.Type.IsKnown) is { } unknown
            ? throw new NotSupportedException($"Column \"{unknown.Name}\" is of the type {unknown.Type}, which has no text here. Cast it to VARCHAR in the SELECT.")
            : known;
    }

    internal static Int128 Unscaled(DuckVector vector, int row) => vector.Type.Storage switch
    {
        DuckTypeId.SmallInt => vector.Native.Value<short>(row),
        DuckTypeId.Integer => vector.Native.Value<int>(row),
        DuckTypeId.BigInt => vector.Native.Value<long>(row),
        _ => vector.Native.Value<Int128>(row),
    };

    internal static int EnumIndex(DuckVector vector, int row) => vector.Type.Storage switch
    {
        DuckTypeId.UTinyInt => vector.Native.Value<byte>(row),
        DuckTypeId.USmallInt => vector.Native.Value<ushort>(row),
        _ => (int)vector.Native.Value<uint>(row),
    };

    /// <summary>Index of the member that a UNION holds; its vector is the child after the one of numbers.</summary>
    internal static int UnionMember(DuckVector vector, int row) => vector.Child(0).Native.Value<byte>(row);

    internal static Guid Uuid(Int128 value)
    {
        // The engine flips the highest bit so that signed order is the order of the text.
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt128BigEndian(bytes, value ^ Int128.MinValue);
        return new Guid(bytes, bigEndian: true);
    }

    internal static BigInteger BigNumber(ReadOnlySpan<byte> bytes)
    {
        const int headerBytes = 3;
        var negative = (bytes[0] & 0x80) == 0;
        var magnitude = bytes[headerBytes..].ToArray();
        for (var index = 0; negative && index < magnitude.Length; index++)
            magnitude[index] ^= 0xFF;
        var value = new BigInteger(magnitude, isUnsigned: true, isBigEndian: true);
        return negative ? -value : value;
    }

    private static string Bit(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length * 8);
        for (var bit = 8 + bytes[0]; bit < bytes.Length * 8; bit++)
            text.Append((bytes[bit / 8] & (0x80 >> (bit % 8))) != 0 ? '1' : '0');
        return text.ToString();
    }

    private static string Blob(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var value in bytes)
        {
            if (value is >= 32 and <= 126 and not ((byte)'\\' or (byte)'\'' or (byte)'"'))
                text.Append((char)value);
            else
                text.Append(CultureInfo.InvariantCulture, $"\\x{value:X2}");
        }
        return text.ToString();
    }
}
