using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using FlowLake.Lake.Duck;

namespace FlowLake.QueryApi.OData;

/// <summary>Rows as entities, straight from the engine's vectors.</summary>
/// <param name="columns">The columns of the result, which are the properties.</param>
/// <param name="ieee754Compatible">Numbers that a double cannot hold as strings, as a client may ask.</param>
internal sealed class ODataRowWriter(ImmutableArray<DuckColumn> columns, bool ieee754Compatible)
{
    private readonly DuckJsonWriter values = new(columns);
    private readonly ImmutableArray<JsonEncodedText> names = [.. columns.Select(column => JsonEncodedText.Encode(column.Name))];

    /// <summary>Writes one row of the current chunk.</summary>
    /// <param name="context">The context, where the entity stands alone.</param>
    public void Write(Utf8JsonWriter writer, DuckResult result, int row, string? context = null)
    {
        writer.WriteStartObject();
        if (context is not null)
            writer.WriteString("@odata.context", context);
        for (var column = 0; column < names.Length; column++)
        {
            writer.WritePropertyName(names[column]);
            var vector = result.Vector(column);
            if (ieee754Compatible && (vector.Type.Id is DuckTypeId.BigInt or DuckTypeId.Decimal) && !vector.IsNull(row))
                writer.WriteStringValue(((IFormattable)vector.Value(row)!).ToString(null, CultureInfo.InvariantCulture));
            else
                values.WriteValue(writer, vector, row);
        }

        writer.WriteEndObject();
    }
}
