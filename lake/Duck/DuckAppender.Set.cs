using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace FlowLake.Lake.Duck;

// Each Set writes one column of the current row; setting it again replaces the value.
public sealed partial class DuckAppender
{
    public void SetNull(int column) => vectors[column].WriteNull(row);

    public void Set(int column, bool value)
    {
        Expect(column, DuckTypeId.Boolean);
        vectors[column].Write(row, value ? (byte)1 : (byte)0);
    }

    public void Set(int column, int value)
    {
        switch (ColumnTypes[column].Id)
        {
            case DuckTypeId.Integer: vectors[column].Write(row, value); break;
            case DuckTypeId.SmallInt: vectors[column].Write(row, (short)value); break;
            case DuckTypeId.TinyInt: vectors[column].Write(row, (sbyte)value); break;
            default: Set(column, (long)value); break;
        }
    }

    public void Set(int column, long value)
    {
        if (ColumnTypes[column].Id == DuckTypeId.BigInt)
            vectors[column].Write(row, value);
        else
            Set(column, (Int128)value);
    }

    public void Set(int column, Int128 value)
    {
        Expect(column, DuckTypeId.HugeInt);
        vectors[column].Write(row, value);
    }

    public void Set(int column, double value)
    {
        Expect(column, DuckTypeId.Double);
        vectors[column].Write(row, value);
    }

    public void Set(int column, DateOnly value) => SetDays(column, DuckTime.DaysOf(value));

    /// <summary>Writes a DATE as days since 1970-01-01.</summary>
    public void SetDays(int column, int days)
    {
        Expect(column, DuckTypeId.Date);
        vectors[column].Write(row, days);
    }

    public void Set(int column, DateTimeOffset value) => SetMicroseconds(column, DuckTime.MicrosecondsOf(value));

    /// <summary>Writes a TIMESTAMPTZ or TIMESTAMP as microseconds since 1970-01-01 UTC.</summary>
    public void SetMicroseconds(int column, long microseconds)
    {
        if (ColumnTypes[column].Id != DuckTypeId.Timestamp)
            Expect(column, DuckTypeId.TimestampZoned);
        vectors[column].Write(row, microseconds);
    }

    /// <summary>Writes a VARCHAR; null is NULL.</summary>
    public void Set(int column, string? value)
    {
        if (value is null)
            SetNull(column);
        else
            Set(column, value.AsSpan());
    }

    /// <summary>Writes a VARCHAR.</summary>
    public void Set(int column, ReadOnlySpan<char> value)
    {
        Expect(column, DuckTypeId.VarChar);
        const int onStack = 512;
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        var rented = most > onStack ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> bytes = rented ?? stackalloc byte[onStack];
        vectors[column].WriteText(row, bytes[..Encoding.UTF8.GetBytes(value, bytes)]);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>Writes a VARCHAR that is UTF-8 already.</summary>
    /// <exception cref="ArgumentException">The bytes are not valid UTF-8.</exception>
    public void SetUtf8(int column, ReadOnlySpan<byte> utf8)
    {
        Expect(column, DuckTypeId.VarChar);
        if (!Utf8.IsValid(utf8))
            throw new ArgumentException($"Column {column}: the bytes are not valid UTF-8, and the engine does not look.", nameof(utf8));
        vectors[column].WriteText(row, utf8);
    }

    private void Expect(int column, DuckTypeId id)
    {
        if (ColumnTypes[column].Id != id)
            throw new ArgumentException($"Column {column} is a {ColumnTypes[column]} and takes no {id}. Use the Set for its type, or change the table.", nameof(id));
    }
}
