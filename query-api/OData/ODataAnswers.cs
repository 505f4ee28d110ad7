using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using FlowLake.Lake.Duck;
using FlowLake.QueryApi.Relations;
using Microsoft.AspNetCore.Http;
using Microsoft.OData.Edm;

namespace FlowLake.QueryApi.OData;

/// <summary>One page of an answer, beside its rows.</summary>
/// <param name="Size">Rows of the page at most; one more in the result says that there is a next one.</param>
/// <param name="NextLink">The link to the next page, given what this one ended with.</param>
internal sealed record ODataPage(ODataQuery Query, IEdmEntitySet EntitySet, ODataFormat Format, long? Count, long Size, Func<ImmutableArray<ODataKeyValue>, string> NextLink);

/// <summary>The documents of the standard's JSON format.</summary>
internal static class ODataAnswers
{
    public static async Task WriteServiceDocumentAsync(HttpContext context, ODataModel model, ODataFormat format)
    {
        context.Response.ContentType = format.ContentType;
        await using var writer = DuckJsonWriter.CreateWriter(context.Response.BodyWriter);
        writer.WriteStartObject();
        if (format.Metadata != ODataMetadata.None)
            writer.WriteString("@odata.context", ODataPaging.ServiceRoot(context.Request) + "/$metadata");
        writer.WriteStartArray("value");
        foreach (var name in model.EntitySets)
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("kind", "EntitySet");
            writer.WriteString("url", name);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static async Task WriteMetadataAsync(HttpResponse response, ODataModel model)
    {
        response.ContentType = "application/xml;charset=utf-8";
        await response.BodyWriter.WriteAsync(model.Metadata, response.HttpContext.RequestAborted);
    }

    /// <summary>Streams a page. The first chunk is computed before anything is sent, so that what fails at once fails with an error.</summary>
    public static async Task WriteRowsAsync(HttpContext context, ODataPage page, DuckResult result, CancellationToken cancellationToken)
    {
        var more = result.Read();
        context.Response.ContentType = page.Format.ContentType;
        var output = context.Response.BodyWriter;
        await using var writer = DuckJsonWriter.CreateWriter(output);
        var rows = new ODataRowWriter(page.Query, page.EntitySet, page.Format, result);
        writer.WriteStartObject();
        if (page.Format.Metadata != ODataMetadata.None)
            writer.WriteString("@odata.context", ContextOf(context.Request, page.Query, page.EntitySet));
        if (page.Count is { } count && page.Format.Ieee754Compatible)
            writer.WriteString("@odata.count", count.ToString(CultureInfo.InvariantCulture));
        else if (page.Count is { } number)
            writer.WriteNumber("@odata.count", number);
        writer.WriteStartArray("value");
        var (written, hasNext, last) = (0L, false, ImmutableArray<ODataKeyValue>.Empty);
        while (more)
        {
            for (var row = 0; row < result.RowCount && !hasNext; row++)
            {
                // The row after the page's last only says that it is there.
                if (written == page.Size)
                    hasNext = true;
                else
                    rows.Write(writer, row);
                if (++written == page.Size)
                    last = page.Query.Last(result, row);
            }

            await writer.FlushAsync(cancellationToken);
            await output.FlushAsync(cancellationToken);
            more = !hasNext && result.Read();
        }

        writer.WriteEndArray();
        if (hasNext)
            writer.WriteString("@odata.nextLink", page.NextLink(last));
        writer.WriteEndObject();
    }

    public static async Task WriteEntityAsync(HttpContext context, ODataQuery query, IEdmEntitySet set, ODataFormat format, DuckResult result)
    {
        context.Response.ContentType = format.ContentType;
        await using var writer = DuckJsonWriter.CreateWriter(context.Response.BodyWriter);
        new ODataRowWriter(query, set, format, result).Write(writer, row: 0, format.Metadata == ODataMetadata.None ? null : ContextOf(context.Request, query, set) + "/$entity");
    }

    public static async Task WriteCountAsync(HttpResponse response, long count)
    {
        response.ContentType = "text/plain;charset=utf-8";
        await response.WriteAsync(count.ToString(CultureInfo.InvariantCulture), response.HttpContext.RequestAborted);
    }

    public static async Task WriteErrorAsync(HttpResponse response, ODataFaultException fault)
    {
        response.StatusCode = fault.Status;
        response.ContentType = "application/json;odata.metadata=minimal;charset=utf-8";
        if (fault.RetryAfterSeconds is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (fault.Status == StatusCodes.Status413PayloadTooLarge && fault.Target is null)
            response.Headers.Connection = "close";
        if (fault.Allow is not null)
            response.Headers.Allow = fault.Allow;
        await using var writer = DuckJsonWriter.CreateWriter(response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteStartObject("error");
        writer.WriteString("code", fault.Code);
        writer.WriteString("message", fault.Message);
        // The standard's place for what of the request is at fault.
        if (fault.Target is not null)
            writer.WriteString("target", fault.Target);
        if (fault.NotHere is { AreComing: false } rows)
            WriteDetails(writer, rows);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    // The standard's place for more than one thing to say, each with a code for programs.
    private static void WriteDetails(Utf8JsonWriter writer, RowsNotHere rows)
    {
        writer.WriteStartArray("details");
        if (rows.From is { } from)
            WriteDetail("RowsFrom", from.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        WriteDetail("Athena", rows.AthenaSql);
        writer.WriteEndArray();

        void WriteDetail(string code, string message)
        {
            writer.WriteStartObject();
            writer.WriteString("code", code);
            writer.WriteString("message", message);
            writer.WriteEndObject();
        }
    }

    private static string ContextOf(HttpRequest request, ODataQuery query, IEdmEntitySet set)
    {
        var selected = query.Selected ? $"({string.Join(',', query.Properties)})" : "";
        return $"{ODataPaging.ServiceRoot(request)}/$metadata#{set.Name}{selected}";
    }
}
