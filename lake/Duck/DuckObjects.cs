using System.Collections.Immutable;
using System.Numerics;
using System.Text;

namespace FlowLake.Lake.Duck;

/// <summary>Values as objects: convenient, not fast.</summary>
/// <remarks>
/// Integers, BOOLEAN, FLOAT and DOUBLE as their own; HUGEINT as Int128, UHUGEINT as UInt128, BIGNUM as BigInteger; DECIMAL as decimal; VARCHAR and ENUM as string;
/// BLOB as byte[]; UUID as Guid; DATE as DateOnly; TIME as TimeOnly; TIMESTAMPTZ as DateTimeOffset (offset zero); other timestamps as DateTime of no kind, to 100 ns;
/// INTERVAL as <see cref="DuckInterval"/>; LIST and ARRAY as object?[]; STRUCT as ImmutableArray of KeyValuePair&lt;string, object?&gt;; MAP of KeyValuePair&lt;object, object?&gt;; UNION as
/// its member's value; TIMETZ and BIT as text. A value .NET has no room for (infinity, year 290,000, a DECIMAL of 38 digits) comes as its text.
/// </remarks>
internal static class DuckObjects
{
    internal static object? Of(DuckVector vector, int row)
    {
        ref readonly var native = ref vector.Native;
        switch (vector.Type.Id)
        {
            case DuckTypeId.Boolean: return native.Value<byte>(row) != 0;
            case DuckTypeId.TinyInt: return native.Value<sbyte>(row);
            case DuckTypeId.SmallInt: return native.Value<short>(row);
            case DuckTypeId.Integer: return native.Value<int>(row);
            case DuckTypeId.BigInt: return native.Value<long>(row);
            case DuckTypeId.UTinyInt: return native.Value<byte>(row);
            case DuckTypeId.USmallInt: return native.Value<ushort>(row);
            case DuckTypeId.UInteger: return native.Value<uint>(row);
            case DuckTypeId.UBigInt: return native.Value<ulong>(row);
            case DuckTypeId.HugeInt: return native.Value<Int128>(row);
            case DuckTypeId.UHugeInt: return native.Value<UInt128>(row);
            case DuckTypeId.Float: return native.Value<float>(row);
            case DuckTypeId.Double: return native.Value<double>(row);
            case DuckTypeId.VarChar: return Encoding.UTF8.GetString(native.Bytes(row));
            case DuckTypeId.Blob: return native.Bytes(row).ToArray();
            case DuckTypeId.BigNumber: return DuckText.BigNumber(native.Bytes(row));
            case DuckTypeId.Enum: return vector.Type.EnumNames[DuckText.EnumIndex(vector, row)];
            case DuckTypeId.Uuid: return DuckText.Uuid(native.Value<Int128>(row));
            case DuckTypeId.Interval: return native.Value<DuckInterval>(row);
            case DuckTypeId.SqlNull: return null;
            case DuckTypeId.Decimal when DecimalFits(vector, row, out var exact): return exact;
            case DuckTypeId.Date when DuckTime.TryDateOf(native.Value<int>(row), out var date): return date;
            case DuckTypeId.Time when native.Value<long>(row) < DuckTime.MicrosecondsPerDay:
                return new TimeOnly(native.Value<long>(row) * TimeSpan.TicksPerMicrosecond);
            case DuckTypeId.TimestampZoned when DuckTime.TryTimeOf(native.Value<long>(row), out var time): return time;
            case DuckTypeId.Timestamp when DuckTime.TryTimeOf(native.Value<long>(row), out var time): return time.DateTime;
            case DuckTypeId.TimestampSeconds or DuckTypeId.TimestampMilliseconds or DuckTypeId.TimestampNanoseconds when Wall(vector, row) is { } wall: return wall;
            case DuckTypeId.List: return Elements(vector.Child(0), native.Value<DuckListEntry>(row));
            case DuckTypeId.Array: return Elements(vector.Child(0), new DuckListEntry((long)row * vector.Type.ArrayLength, vector.Type.ArrayLength));
            case DuckTypeId.Map: return Pairs(vector.Child(0), native.Value<DuckListEntry>(row));
            case DuckTypeId.Struct:
                return vector.Type.Fields.Select((field, index) => KeyValuePair.Create(field.Name, vector.Child(index).Value(row))).ToImmutableArray();
            case DuckTypeId.Union: return vector.Child(1 + DuckText.UnionMember(vector, row)).Value(row);
            default: return DuckText.String(vector, row);
        }
    }

    private static object?[] Elements(DuckVector child, DuckListEntry entry)
    {
        var values = new object?[entry.Length];
        for (var index = 0; index < values.Length; index++)
            values[index] = child.Value((int)entry.Offset + index);
        return values;
    }

    private static ImmutableArray<KeyValuePair<object, object?>> Pairs(DuckVector entries, DuckListEntry run)
    {
        var pairs = ImmutableArray.CreateBuilder<KeyValuePair<object, object?>>((int)run.Length);
        for (var index = (int)run.Offset; index < run.Offset + run.Length; index++)
            pairs.Add(KeyValuePair.Create(entries.Child(0).Value(index)!, entries.Child(1).Value(index)));
        return pairs.ToImmutable();
    }

    private static bool DecimalFits(DuckVector vector, int row, out decimal value)
    {
        var unscaled = DuckText.Unscaled(vector, row);
        var magnitude = (BigInteger)Int128.Abs(unscaled);
        var fits = magnitude <= (BigInteger)decimal.MaxValue && vector.Type.DecimalScale <= 28;
        var (low, middle, high) = unchecked(((int)(uint)(ulong)(magnitude & uint.MaxValue), (int)(uint)((magnitude >> 32) & uint.MaxValue), (int)(uint)((magnitude >> 64) & uint.MaxValue)));
        value = fits ? new decimal(low, middle, high, unscaled < 0, (byte)vector.Type.DecimalScale) : 0;
        return fits;
    }

    private static DateTime? Wall(DuckVector vector, int row)
    {
        var value = vector.Native.Value<long>(row);
        Int128 ticks = vector.Type.Id switch
        {
            DuckTypeId.TimestampSeconds => (Int128)value * TimeSpan.TicksPerSecond,
            DuckTypeId.TimestampMilliseconds => (Int128)value * TimeSpan.TicksPerMillisecond,
            _ => DuckTime.FloorDivide(value, TimeSpan.NanosecondsPerTick),
        };
        ticks += DateTime.UnixEpoch.Ticks;
        var infinite = value is long.MaxValue or -long.MaxValue;
        return !infinite && ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? new DateTime((long)ticks) : null;
    }
}
