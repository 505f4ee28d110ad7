using FlowLake.QueryApi.Access;
using Microsoft.Extensions.DependencyInjection;

namespace FlowLake.QueryApi.Hosting;

/// <summary>Which pages of other origins may ask from a browser (CORS): those of a list, with a key of their own and never with a cookie.</summary>
internal static class CrossOrigin
{
    private static readonly TimeSpan remembered = TimeSpan.FromMinutes(10);

    public static IServiceCollection AddCrossOrigin(this IServiceCollection services, IReadOnlyList<string> origins) =>
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins([.. origins])
            .WithMethods("GET", "POST")
            .WithHeaders("Authorization", ApiKeyHandler.Header, "Content-Type", "Accept", "Prefer", "OData-Version", "OData-MaxVersion", RequestLog.IdHeader)
            .WithExposedHeaders(QueryHeaders.Version, QueryHeaders.Behind, QueryHeaders.Limit, "OData-Version", "Preference-Applied", "Retry-After", RequestLog.IdHeader)
            .SetPreflightMaxAge(remembered)));

    /// <summary>What is wrong with an origin, or null.</summary>
    public static string? Complaint(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) && address.GetLeftPart(UriPartial.Authority) == origin
            ? null
            : $"\"{origin}\" is no origin; write scheme, host and port as a browser does, such as https://grafana.example.org. A * is none: it would let every page on the internet ask.";
}
