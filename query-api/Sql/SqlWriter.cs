using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using FlowLake.Lake.Duck;

namespace FlowLake.QueryApi.Sql;

/// <summary>Writes an answer's rows to a pipe as the engine makes them.</summary>
/// <param name="rows">The rows, not yet read.</param>
/// <param name="limit">Rows written at most.</param>
public sealed class SqlWriter(SqlRows rows, long limit)
{
    /// <summary>Rows written.</summary>
    public long Written { get; private set; }

    /// <summary>True when there were more rows than <c>limit</c>.</summary>
    public bool Truncated { get; private set; }

    /// <summary>Writes all of it, as fast as the reader takes it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The form is Parquet, which <see cref="SqlEngine.Copy"/> gives.</exception>
    public Task WriteAsync(PipeWriter output, SqlFormat format, CancellationToken cancellationToken) => format switch
    {
        SqlFormat.Csv => WriteCsvAsync(output, cancellationToken),
        SqlFormat.NdJson => WriteLinesAsync(output, cancellationToken),
        SqlFormat.Json or SqlFormat.Objects => WriteJsonAsync(output, format, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "a form that is not written row by row"),
    };

    private async Task WriteJsonAsync(PipeWriter output, SqlFormat format, CancellationToken cancellationToken)
    {
        var shape = format == SqlFormat.Objects ? DuckJsonShape.Objects : DuckJsonShape.Arrays;
        var json = new DuckJsonWriter(rows.Columns, new DuckJsonOptions { Shape = shape });
        await using var writer = DuckJsonWriter.CreateWriter(output);
        if (format == SqlFormat.Json)
            WriteStart(writer);
        else
            writer.WriteStartArray();
        await WriteRowsAsync(
            row => json.WriteRow(writer, rows.Result, row),
            async () =>
            {
                await writer.FlushAsync(cancellationToken);
                await output.FlushAsync(cancellationToken);
            });
        writer.WriteEndArray();
        if (format == SqlFormat.Json)
            WriteEnd(writer);
    }

    private async Task WriteLinesAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        var json = new DuckJsonWriter(rows.Columns, new DuckJsonOptions { Shape = DuckJsonShape.Objects });
        await using var writer = DuckJsonWriter.CreateWriter(output);
        await WriteRowsAsync(
            row =>
            {
                json.WriteRow(writer, rows.Result, row);
                writer.Flush();
                output.Write("\n"u8);
                // Begins the next line's document, before which no comma stands.
                writer.Reset();
            },
            async () => await output.FlushAsync(cancellationToken));
    }

    private async Task WriteCsvAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        var csv = new DuckCsvWriter(rows.Columns);
        csv.WriteHeader(output);
        await WriteRowsAsync(row => csv.WriteRow(output, rows.Result, row), async () => await output.FlushAsync(cancellationToken));
    }

    private async Task WriteRowsAsync(Action<int> write, Func<Task> flush)
    {
        while (!Truncated && rows.Read())
        {
            for (var row = 0; row < rows.Result.RowCount && !Truncated; row++)
            {
                if (Written == limit)
                {
                    Truncated = true;
                }
                else
                {
                    write(row);
                    Written++;
                }
            }

            await flush();
        }
    }

    private void WriteStart(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("version", rows.Version.ToString());
        writer.WriteStartArray("columns");
        foreach (var column in rows.Columns)
        {
            writer.WriteStartObject();
            writer.WriteString("name", column.Name);
            writer.WriteString("type", column.Type.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("rows");
    }

    private void WriteEnd(Utf8JsonWriter writer)
    {
        writer.WriteNumber("row_count", Written);
        writer.WriteBoolean("truncated", Truncated);
        writer.WriteEndObject();
    }
}
