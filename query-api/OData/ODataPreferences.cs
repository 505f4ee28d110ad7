using Microsoft.AspNetCore.Http;

namespace FlowLake.QueryApi.OData;

/// <summary>What a client would rather have, by its header Prefer (RFC 7240), and what of it the answer says was done.</summary>
internal static class ODataPreferences
{
    /// <summary>Each preference as it was written, such as <c>odata.maxpagesize=100</c>.</summary>
    public static IEnumerable<string> Of(HttpRequest request) => request.Headers["Prefer"].SelectMany(header => (header ?? "").Split([',', ';'], StringSplitOptions.TrimEntries));

    public static void Applied(HttpResponse response, string preference) => response.Headers["Preference-Applied"] = preference;
}
