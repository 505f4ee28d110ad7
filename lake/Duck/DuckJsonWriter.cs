using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FlowLake.Lake.Duck;

/// <summary>How a row looks in JSON.</summary>
public enum DuckJsonShape
{
    /// <summary>An array of values in the columns' order.</summary>
    Arrays,
    /// <summary>An object by column name. Two columns of one name give two members of one name.</summary>
    Objects,
}

/// <summary>What stands for NaN and the infinities, which JSON has no numbers for.</summary>
public enum DuckNonFinite
{
    /// <summary>null.</summary>
    Null,
    /// <summary>The strings "NaN", "Infinity" and "-Infinity".</summary>
    Text,
}

/// <summary>Choices of <see cref="DuckJsonWriter"/>. The default is rows as arrays and null for what is no number.</summary>
public sealed record DuckJsonOptions
{
    public DuckJsonShape Shape { get; init; } = DuckJsonShape.Arrays;

    public DuckNonFinite NonFinite { get; init; } = DuckNonFinite.Null;
}

/// <summary>Writes rows as JSON straight from the engine's vectors.</summary>
/// <remarks>
/// Integers of any size and DECIMAL are numbers with all their digits, which JavaScript reads exactly up to 2^53 only. Times are ISO 8601 in UTC with Z,
/// intervals and other types the engine's text, infinite times the strings "infinity" and "-infinity". LIST and ARRAY are arrays,
/// STRUCT and MAP objects, UNION an object of its one member. A column of the type JSON stays a string: the engine takes for JSON what other readers refuse.
/// </remarks>
public sealed class DuckJsonWriter
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly DuckJsonOptions options;
    private readonly ImmutableArray<JsonEncodedText> names;

    /// <summary>A writer for results of these columns.</summary>
    /// <exception cref="NotSupportedException">A column is GEOMETRY or VARIANT; nothing has been written then.</exception>
    public DuckJsonWriter(IEnumerable<DuckColumn> columns, DuckJsonOptions? options = null)
    {
        columns = DuckText.Known(columns);
        this.options = options ?? new DuckJsonOptions();
        names = [.. columns.Select(column => JsonEncodedText.Encode(column.Name, WriterOptions.Encoder))];
    }

    /// <summary>A writer that leaves letters outside ASCII readable and does not check again what is well-formed by construction.</summary>
    public static Utf8JsonWriter CreateWriter(IBufferWriter<byte> output) => new(output, WriterOptions);

    /// <summary>Writes all that is left of the result as one array of rows.</summary>
    /// <returns>The number of rows.</returns>
    public static long WriteAll(IBufferWriter<byte> output, DuckResult result, DuckJsonOptions? options = null)
    {
        using var writer = CreateWriter(output);
        var rows = 0L;
        var json = new DuckJsonWriter(result.Columns, options);
        writer.WriteStartArray();
        while (result.Read())
        {
            json.WriteChunk(writer, result);
            rows += result.RowCount;
        }
        writer.WriteEndArray();
        return rows;
    }

    /// <summary>Writes each row of the result's current chunk, into an array that is open.</summary>
    public void WriteChunk(Utf8JsonWriter writer, DuckResult result)
    {
        for (var row = 0; row < result.RowCount; row++)
            WriteRow(writer, result, row);
    }

    /// <summary>Writes one row of the result's current chunk.</summary>
    public void WriteRow(Utf8JsonWriter writer, DuckResult result, int row)
    {
        if (options.Shape == DuckJsonShape.Arrays)
        {
            writer.WriteStartArray();
            for (var column = 0; column < names.Length; column++)
                DuckJsonValues.Write(writer, result.Vector(column), row, options.NonFinite);
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteStartObject();
            for (var column = 0; column < names.Length; column++)
            {
                writer.WritePropertyName(names[column]);
                DuckJsonValues.Write(writer, result.Vector(column), row, options.NonFinite);
            }
            writer.WriteEndObject();
        }
    }

    /// <summary>Writes one value, null included.</summary>
    public void WriteValue(Utf8JsonWriter writer, DuckVector vector, int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)vector.Count, nameof(row));
        DuckJsonValues.Write(writer, vector, row, options.NonFinite);
    }
}
