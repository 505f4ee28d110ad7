using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace FlowLake.Lake.Duck;

/// <summary>Writes rows as CSV (RFC 4180: commas, CRLF, quotes where needed) in UTF-8, straight from the engine's vectors.</summary>
/// <remarks>
/// NULL is an empty field, an empty text is <c>""</c>. Numbers and times are as in <see cref="DuckJsonWriter"/>, NaN and infinities as text; LIST, STRUCT, MAP and UNION are their JSON
/// in a quoted field. Texts that a spreadsheet would take for a formula are not altered: the file says what the table says.
/// </remarks>
public sealed class DuckCsvWriter
{
    private static readonly SearchValues<byte> Quoted = SearchValues.Create("\",\r\n"u8);

    private readonly ImmutableArray<string> names;
    private readonly ArrayBufferWriter<byte> nested = new();

    /// <summary>A writer for results of these columns.</summary>
    /// <exception cref="NotSupportedException">A column is GEOMETRY or VARIANT; nothing has been written then.</exception>
    public DuckCsvWriter(IEnumerable<DuckColumn> columns) => names = [.. DuckText.Known(columns).Select(column => column.Name)];

    /// <summary>Writes a header and all that is left of the result.</summary>
    /// <returns>The number of rows, the header not counted.</returns>
    public static long WriteAll(IBufferWriter<byte> output, DuckResult result)
    {
        var csv = new DuckCsvWriter(result.Columns);
        csv.WriteHeader(output);
        var rows = 0L;
        while (result.Read())
        {
            csv.WriteChunk(output, result);
            rows += result.RowCount;
        }
        return rows;
    }

    /// <summary>Writes the line of column names.</summary>
    public void WriteHeader(IBufferWriter<byte> output)
    {
        for (var column = 0; column < names.Length; column++)
        {
            if (column > 0)
                output.Write(","u8);
            Text(output, Encoding.UTF8.GetBytes(names[column]));
        }
        output.Write("\r\n"u8);
    }

    /// <summary>Writes each row of the result's current chunk.</summary>
    public void WriteChunk(IBufferWriter<byte> output, DuckResult result)
    {
        for (var row = 0; row < result.RowCount; row++)
            WriteRow(output, result, row);
    }

    /// <summary>Writes one row of the result's current chunk.</summary>
    public void WriteRow(IBufferWriter<byte> output, DuckResult result, int row)
    {
        for (var column = 0; column < names.Length; column++)
        {
            if (column > 0)
                output.Write(","u8);
            Value(output, result.Vector(column), row);
        }
        output.Write("\r\n"u8);
    }

    private void Value(IBufferWriter<byte> output, DuckVector vector, int row)
    {
        if (vector.Native.IsNull(row))
            return;
        if (vector.Type.Id == DuckTypeId.VarChar)
        {
            Text(output, vector.Native.Bytes(row));
            return;
        }
        var length = DuckText.Format(vector, row, output.GetSpan(DuckText.LongestFormatted));
        if (length >= 0)
            output.Advance(length);
        else if (vector.Type.Fields.IsEmpty)
            Text(output, Encoding.UTF8.GetBytes(DuckText.String(vector, row)));
        else
            Nested(output, vector, row);
    }

    private void Nested(IBufferWriter<byte> output, DuckVector vector, int row)
    {
        nested.ResetWrittenCount();
        using (var writer = DuckJsonWriter.CreateWriter(nested))
            DuckJsonValues.Write(writer, vector, row, DuckNonFinite.Text);
        Text(output, nested.WrittenSpan);
    }

    private static void Text(IBufferWriter<byte> output, ReadOnlySpan<byte> utf8)
    {
        if (!utf8.IsEmpty && !utf8.ContainsAny(Quoted))
        {
            output.Write(utf8);
            return;
        }
        output.Write("\""u8);
        for (var quote = utf8.IndexOf((byte)'"'); quote >= 0; quote = utf8.IndexOf((byte)'"'))
        {
            output.Write(utf8[..(quote + 1)]);
            output.Write("\""u8);
            utf8 = utf8[(quote + 1)..];
        }
        output.Write(utf8);
        output.Write("\""u8);
    }
}
