using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace FlowLake.QueryApi.OData;

/// <summary>The JSON a client asks for, by $format or its Accept header.</summary>
/// <param name="Metadata">Whether the answer holds the context and links.</param>
/// <param name="Ieee754Compatible">Whether Int64 and Decimal come as strings.</param>
internal sealed record ODataFormat(bool Metadata, bool Ieee754Compatible)
{
    /// <summary>The value of Content-Type.</summary>
    public string ContentType => $"application/json;odata.metadata={(Metadata ? "minimal" : "none")};IEEE754Compatible={(Ieee754Compatible ? "true" : "false")};charset=utf-8";

    /// <exception cref="ODataFaultException">The client takes nothing that is offered.</exception>
    public static ODataFormat Of(HttpRequest request, string? format)
    {
        if (format is "json")
            return new ODataFormat(Metadata: true, Ieee754Compatible: false);
        var accepted = format is null ? request.GetTypedHeaders().Accept : MediaTypeHeaderValue.TryParse(format, out var one) ? [one] : [];
        if (format is null && accepted.Count == 0)
            return new ODataFormat(Metadata: true, Ieee754Compatible: false);
        return accepted.OrderByDescending(type => type.Quality ?? 1).Select(Of).FirstOrDefault(found => found is not null)
            ?? throw new ODataFaultException(StatusCodes.Status406NotAcceptable, "Answers are application/json with odata.metadata=minimal or none.");
    }

    private static ODataFormat? Of(MediaTypeHeaderValue type)
    {
        if (type.Quality == 0 || !type.MatchesAllTypes && !type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && !type.MediaType.Equals("application/*", StringComparison.OrdinalIgnoreCase))
            return null;
        var metadata = Parameter(type, "odata.metadata") ?? "minimal";
        var streaming = Parameter(type, "odata.streaming") ?? "true";
        var compatible = Parameter(type, "IEEE754Compatible") ?? "false";
        return metadata is "minimal" or "none" && streaming is "true" or "false" && compatible is "true" or "false"
            ? new ODataFormat(metadata == "minimal", compatible == "true")
            : null;
    }

    private static string? Parameter(MediaTypeHeaderValue type, string name) =>
        type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value.Value?.Trim('"').ToLowerInvariant();
}
