using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using FlowLake.Lake.Duck;
using Microsoft.OData.Edm;

namespace FlowLake.QueryApi.OData;

/// <summary>Rows as entities, straight from the engine's vectors, with what the asked level of metadata says of them.</summary>
/// <param name="query">What was asked.</param>
/// <param name="set">Of which entity set.</param>
/// <param name="format">How it is to look.</param>
/// <param name="result">The rows; its first columns are the properties.</param>
internal sealed class ODataRowWriter(ODataQuery query, IEdmEntitySet set, ODataFormat format, DuckResult result)
{
    private readonly DuckJsonWriter values = new(result.Columns[..query.Properties.Length]);
    private readonly ImmutableArray<ODataProperty> properties = [.. query.Properties.Select(name => ODataProperty.Of(name, query.Rows.Type.FindProperty(name).Type, set.EntityType(), format))];
    private readonly string? type = format.Metadata == ODataMetadata.Full && query.Rows.AreEntities ? "#" + set.EntityType().FullTypeName() : null;

    // Rows that were grouped have no address: the standard calls them transient, and has them say so.
    private readonly bool isTransient = format.Metadata != ODataMetadata.None && !query.Rows.AreEntities;

    /// <summary>Writes one row of the current chunk.</summary>
    /// <param name="context">The context, where the entity stands alone.</param>
    public void Write(Utf8JsonWriter writer, int row, string? context = null)
    {
        writer.WriteStartObject();
        if (context is not null)
            writer.WriteString("@odata.context", context);
        if (type is not null)
            WriteIdentity(writer, row);
        if (isTransient)
            writer.WriteNull("@odata.id");
        for (var column = 0; column < properties.Length; column++)
        {
            var (property, vector) = (properties[column], result.Vector(column));
            var isNull = vector.IsNull(row);
            if (property.Type is not null && !isNull)
                writer.WriteString(property.TypeName, property.Type);
            writer.WritePropertyName(property.Name);
            if (property.IsText && !isNull)
                writer.WriteStringValue(((IFormattable)vector.Value(row)!).ToString(null, CultureInfo.InvariantCulture));
            else
                values.WriteValue(writer, vector, row);
        }

        writer.WriteEndObject();
    }

    private void WriteIdentity(Utf8JsonWriter writer, int row)
    {
        var address = $"{set.Name}('{Uri.EscapeDataString(query.EntityKey(result, row))}')";
        writer.WriteString("@odata.type", type);
        writer.WriteString("@odata.id", address);
        writer.WriteString("@odata.readLink", address);
    }
}

/// <summary>How a property stands in an answer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="TypeName">The name of the annotation that says its type.</param>
/// <param name="Type">The type as that annotation has it, or null where it needs none.</param>
/// <param name="IsText">Whether its numbers are written as texts.</param>
internal sealed record ODataProperty(JsonEncodedText Name, JsonEncodedText TypeName, string? Type, bool IsText)
{
    public static ODataProperty Of(string name, IEdmTypeReference type, IEdmEntityType declaring, ODataFormat format)
    {
        var kind = type.PrimitiveKind();
        var declared = declaring.FindProperty(name)?.Type.PrimitiveKind();
        // JSON itself shows texts, truths and doubles. Other types are in $metadata, except those of names that the request made, or gave another meaning.
        var isSeen = kind is (EdmPrimitiveTypeKind.String or EdmPrimitiveTypeKind.Boolean or EdmPrimitiveTypeKind.Double) && (declared is null || declared == kind);
        var isAnnotated = format.Metadata switch
        {
            ODataMetadata.Full => !isSeen,
            ODataMetadata.Minimal => !isSeen && declared != kind,
            _ => false,
        };
        return new ODataProperty(
            JsonEncodedText.Encode(name), JsonEncodedText.Encode(name + "@odata.type"), isAnnotated ? "#" + kind : null,
            format.Ieee754Compatible && kind is (EdmPrimitiveTypeKind.Int64 or EdmPrimitiveTypeKind.Decimal));
    }
}
