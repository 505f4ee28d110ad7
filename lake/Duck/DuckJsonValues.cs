using System.Buffers;
using System.Text;
using System.Text.Json;

namespace FlowLake.Lake.Duck;

/// <summary>One value of a vector as JSON. The row is not checked here.</summary>
internal static class DuckJsonValues
{
    internal static void Write(Utf8JsonWriter writer, DuckVector vector, int row, DuckNonFinite nonFinite)
    {
        ref readonly var native = ref vector.Native;
        if (native.IsNull(row))
        {
            writer.WriteNullValue();
            return;
        }
        switch (vector.Type.Id)
        {
            case DuckTypeId.Boolean: writer.WriteBooleanValue(native.Value<byte>(row) != 0); break;
            case DuckTypeId.Integer: writer.WriteNumberValue(native.Value<int>(row)); break;
            case DuckTypeId.BigInt: writer.WriteNumberValue(native.Value<long>(row)); break;
            case DuckTypeId.VarChar: writer.WriteStringValue(native.Bytes(row)); break;
            case DuckTypeId.Double when double.IsFinite(native.Value<double>(row)): writer.WriteNumberValue(native.Value<double>(row)); break;
            case DuckTypeId.Float when float.IsFinite(native.Value<float>(row)): writer.WriteNumberValue(native.Value<float>(row)); break;
            case DuckTypeId.Double or DuckTypeId.Float when nonFinite == DuckNonFinite.Null: writer.WriteNullValue(); break;
            case DuckTypeId.List: Elements(writer, vector.Child(0), native.Value<DuckListEntry>(row), nonFinite); break;
            case DuckTypeId.Array:
                Elements(writer, vector.Child(0), new DuckListEntry((long)row * vector.Type.ArrayLength, vector.Type.ArrayLength), nonFinite);
                break;
            case DuckTypeId.Struct: Fields(writer, vector, row, nonFinite); break;
            case DuckTypeId.Map: Pairs(writer, vector.Child(0), native.Value<DuckListEntry>(row), nonFinite); break;
            case DuckTypeId.Union: Member(writer, vector, row, nonFinite); break;
            case DuckTypeId.SqlNull: writer.WriteNullValue(); break;
            default: Formatted(writer, vector, row); break;
        }
    }

    private static void Formatted(Utf8JsonWriter writer, DuckVector vector, int row)
    {
        Span<byte> text = stackalloc byte[DuckText.LongestFormatted];
        var length = DuckText.Format(vector, row, text);
        if (vector.Type.Id == DuckTypeId.BigNumber)
            writer.WriteRawValue(DuckText.String(vector, row), skipInputValidation: true);
        else if (length < 0)
            writer.WriteStringValue(DuckText.String(vector, row));
        else if (IsNumber(vector.Type.Id))
            writer.WriteRawValue(text[..length], skipInputValidation: true);
        else
            writer.WriteStringValue(text[..length]);
    }

    private static bool IsNumber(DuckTypeId id) => id is DuckTypeId.TinyInt or DuckTypeId.SmallInt or DuckTypeId.UTinyInt or DuckTypeId.USmallInt
        or DuckTypeId.UInteger or DuckTypeId.UBigInt or DuckTypeId.HugeInt or DuckTypeId.UHugeInt or DuckTypeId.Decimal;

    private static void Elements(Utf8JsonWriter writer, DuckVector child, DuckListEntry run, DuckNonFinite nonFinite)
    {
        writer.WriteStartArray();
        for (var index = (int)run.Offset; index < run.Offset + run.Length; index++)
            Write(writer, child, index, nonFinite);
        writer.WriteEndArray();
    }

    private static void Fields(Utf8JsonWriter writer, DuckVector vector, int row, DuckNonFinite nonFinite)
    {
        writer.WriteStartObject();
        for (var index = 0; index < vector.Type.Fields.Length; index++)
        {
            writer.WritePropertyName(vector.Type.Fields[index].Name);
            Write(writer, vector.Child(index), row, nonFinite);
        }
        writer.WriteEndObject();
    }

    // As the engine's own to_json: the member that is there, by its name.
    private static void Member(Utf8JsonWriter writer, DuckVector vector, int row, DuckNonFinite nonFinite)
    {
        var member = DuckText.UnionMember(vector, row);
        writer.WriteStartObject();
        writer.WritePropertyName(vector.Type.Fields[member].Name);
        Write(writer, vector.Child(1 + member), row, nonFinite);
        writer.WriteEndObject();
    }

    private static void Pairs(Utf8JsonWriter writer, DuckVector entries, DuckListEntry run, DuckNonFinite nonFinite)
    {
        writer.WriteStartObject();
        for (var index = (int)run.Offset; index < run.Offset + run.Length; index++)
        {
            writer.WritePropertyName(Key(entries.Child(0), index));
            Write(writer, entries.Child(1), index, nonFinite);
        }
        writer.WriteEndObject();
    }

    // A key may be of any type; one that is itself a list or struct is named by its JSON.
    private static string Key(DuckVector keys, int index)
    {
        if (keys.Type.Fields.IsEmpty)
            return DuckText.String(keys, index);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = DuckJsonWriter.CreateWriter(buffer))
            Write(writer, keys, index, DuckNonFinite.Text);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
