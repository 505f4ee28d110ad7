using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using FlowLake.Lake.Duck.Interop;

namespace FlowLake.Lake.Duck;

// Each Bind sets one parameter and keeps it until it is set again or cleared.
public sealed unsafe partial class DuckStatement
{
    /// <summary>Forgets all parameters.</summary>
    public void ClearBindings() => Check(LibDuck.Statements.ClearBindings(handle), 0);

    public void BindNull(int index) => Check(LibDuck.Statements.BindNull(handle, Parameter(index)), index);

    public void Bind(int index, bool value) => Check(LibDuck.Statements.Bind(handle, Parameter(index), value), index);

    public void Bind(int index, int value) => Check(LibDuck.Statements.Bind(handle, Parameter(index), value), index);

    public void Bind(int index, long value) => Check(LibDuck.Statements.Bind(handle, Parameter(index), value), index);

    public void Bind(int index, Int128 value) => Check(LibDuck.Statements.Bind(handle, Parameter(index), NativeHugeint.From(value)), index);

    public void Bind(int index, double value) => Check(LibDuck.Statements.Bind(handle, Parameter(index), value), index);

    /// <summary>Binds as DECIMAL with the digits the value has.</summary>
    public void Bind(int index, decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var unscaled = unchecked(new Int128((uint)bits[2], ((ulong)(uint)bits[1] << 32) | (uint)bits[0]));
        var width = (byte)Math.Max(unscaled.ToString(CultureInfo.InvariantCulture).Length, (int)value.Scale);
        var native = new NativeDecimal(width, value.Scale, NativeHugeint.From(decimal.IsNegative(value) ? -unscaled : unscaled));
        Check(LibDuck.Statements.Bind(handle, Parameter(index), native), index);
    }

    /// <summary>Binds as DATE.</summary>
    public void Bind(int index, DateOnly value)
        => Check(LibDuck.Statements.Bind(handle, Parameter(index), new NativeDate(DuckTime.DaysOf(value))), index);

    /// <summary>Binds as TIMESTAMPTZ, to the microsecond.</summary>
    public void Bind(int index, DateTimeOffset value)
        => Check(LibDuck.Statements.Bind(handle, Parameter(index), new NativeTimestamp(DuckTime.MicrosecondsOf(value))), index);

    /// <summary>Binds as TIMESTAMPTZ, to the microsecond.</summary>
    /// <exception cref="ArgumentException">The time is not UTC.</exception>
    public void Bind(int index, DateTime value)
    {
        if (value.Kind != DateTimeKind.Utc)
            throw new ArgumentException($"A DateTime must be UTC, this one is {value.Kind}. Use DateTimeOffset, or DateTime.SpecifyKind.", nameof(value));
        Bind(index, new DateTimeOffset(value));
    }

    /// <summary>Binds as UUID.</summary>
    public void Bind(int index, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = value.TryWriteBytes(bytes, bigEndian: true, out _);
        var native = new NativeUnsignedHugeint(BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]), BinaryPrimitives.ReadUInt64BigEndian(bytes));
        using var uuid = LibDuck.Values.Uuid(native);
        Check(LibDuck.Statements.Bind(handle, Parameter(index), uuid), index);
    }

    /// <summary>Binds as VARCHAR.</summary>
    public void Bind(int index, ReadOnlySpan<char> value)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(value.Length));
        try
        {
            var length = Encoding.UTF8.GetBytes(value, bytes);
            fixed (byte* first = bytes)
                Check(LibDuck.Statements.BindText(handle, Parameter(index), first, (ulong)length), index);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Binds as BLOB.</summary>
    public void Bind(int index, ReadOnlySpan<byte> value)
    {
        // The engine takes an empty blob too, but not at address null, which is what an empty span has.
        byte none = 0;
        fixed (byte* first = value)
            Check(LibDuck.Statements.BindBlob(handle, Parameter(index), first is null ? &none : first, (ulong)value.Length), index);
    }

    /// <summary>Binds as VARCHAR[].</summary>
    public void Bind(int index, IReadOnlyList<string?> values)
    {
        using var list = DuckListValue.Of(values);
        Check(LibDuck.Statements.Bind(handle, Parameter(index), list), index);
    }

    /// <summary>Binds as BIGINT[].</summary>
    public void Bind(int index, IReadOnlyList<long> values)
    {
        using var list = DuckListValue.Of(values);
        Check(LibDuck.Statements.Bind(handle, Parameter(index), list), index);
    }

    /// <summary>Binds a value of any of the types the other overloads take, or null.</summary>
    /// <exception cref="ArgumentException">The value is of another type.</exception>
    public void Bind(int index, object? value)
    {
        switch (value)
        {
            case null or DBNull: BindNull(index); break;
            case string text: Bind(index, text.AsSpan()); break;
            case bool truth: Bind(index, truth); break;
            case int or short or sbyte or byte or ushort: Bind(index, Convert.ToInt32(value, null)); break;
            case long whole: Bind(index, whole); break;
            case uint whole: Bind(index, (long)whole); break;
            case ulong whole: Bind(index, (Int128)whole); break;
            case Int128 huge: Bind(index, huge); break;
            case double real: Bind(index, real); break;
            case float real: Bind(index, (double)real); break;
            case decimal exact: Bind(index, exact); break;
            case DateTimeOffset time: Bind(index, time); break;
            case DateTime time: Bind(index, time); break;
            case DateOnly date: Bind(index, date); break;
            case Guid uuid: Bind(index, uuid); break;
            case byte[] bytes: Bind(index, bytes.AsSpan()); break;
            case IReadOnlyList<long> list: Bind(index, list); break;
            case IReadOnlyList<string?> list: Bind(index, list); break;
            case IEnumerable<string?> list: Bind(index, list.ToArray()); break;
            default:
                throw new ArgumentException($"Parameter {index} is a {value.GetType()}, which has no form in SQL here. Convert it to one that DuckStatement.Bind takes.", nameof(value));
        }
    }

    internal void BindAll(object?[] values)
    {
        if (values.Length != ParameterCount)
            throw new ArgumentException($"The statement has {ParameterCount} parameters, {values.Length} values were given.", nameof(values));
        for (var index = 0; index < values.Length; index++)
            Bind(index + 1, values[index]);
    }

    private ulong Parameter(int index)
        => index >= 1 && index <= ParameterCount
            ? (ulong)index
            : throw new ArgumentOutOfRangeException(nameof(index), index, $"The statement has {ParameterCount} parameters, numbered from 1.");

    private void Check(DuckState state, int index)
    {
        if (state != DuckState.Success)
            throw new DuckException(DuckErrorType.InvalidInput, $"Parameter {index} was refused: {LibDuck.Statements.PrepareError(handle)}");
    }
}
