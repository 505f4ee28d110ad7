using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace FlowLake.QueryApi.OData;

/// <summary>How much an answer says beside its values (OData JSON Format 4.0, section 3.1).</summary>
internal enum ODataMetadata
{
    /// <summary>The number of rows and the link to the next page alone.</summary>
    None,

    /// <summary>The context too, and of properties that <c>$metadata</c> does not have, their types.</summary>
    Minimal,

    /// <summary>All: of each entity its type, id and link, of each value its type where the JSON does not show it.</summary>
    Full,
}

/// <summary>The JSON a client asks for, by $format or its Accept header.</summary>
/// <param name="Ieee754Compatible">Whether Int64 and Decimal come as strings.</param>
internal sealed record ODataFormat(ODataMetadata Metadata, bool Ieee754Compatible)
{
    private const string Offered = "Answers are application/json with odata.metadata=none, minimal or full.";

    public static ODataFormat Default { get; } = new(ODataMetadata.Minimal, Ieee754Compatible: false);

    /// <summary>The value of Content-Type.</summary>
    public string ContentType => $"application/json;odata.metadata={Metadata.ToString().ToLowerInvariant()};IEEE754Compatible={(Ieee754Compatible ? "true" : "false")};charset=utf-8";

    /// <summary>$format counts, and Accept only without it.</summary>
    /// <exception cref="ODataFaultException">The client takes nothing that is offered.</exception>
    public static ODataFormat Of(HttpRequest request, string? format)
    {
        if (format is "json")
            return Default;
        var accepted = format is null ? request.GetTypedHeaders().Accept : MediaTypeHeaderValue.TryParse(format, out var one) ? [one] : [];
        if (format is null && accepted.Count == 0)
            return Default;
        return accepted.OrderByDescending(type => type.Quality ?? 1).Select(Of).FirstOrDefault(found => found is not null)
            ?? throw new ODataFaultException(StatusCodes.Status406NotAcceptable, Offered);
    }

    private static ODataFormat? Of(MediaTypeHeaderValue type)
    {
        if (type.Quality == 0 || !type.MatchesAllTypes && !type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && !type.MediaType.Equals("application/*", StringComparison.OrdinalIgnoreCase))
            return null;
        // Version 4.01 leaves the prefix away.
        var metadata = Parameter(type, "odata.metadata") ?? Parameter(type, "metadata") ?? "minimal";
        var streaming = Parameter(type, "odata.streaming") ?? Parameter(type, "streaming") ?? "true";
        var compatible = Parameter(type, "IEEE754Compatible") ?? "false";
        return Enum.TryParse<ODataMetadata>(metadata, ignoreCase: true, out var level) && level.ToString().Equals(metadata, StringComparison.OrdinalIgnoreCase) && streaming is ("true" or "false") && compatible is ("true" or "false")
            ? new ODataFormat(level, compatible == "true")
            : null;
    }

    private static string? Parameter(MediaTypeHeaderValue type, string name) =>
        type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value.Value?.Trim('"').ToLowerInvariant();
}
