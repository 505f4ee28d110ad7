using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace FlowLake.QueryApi.OData;

/// <summary>How an answer is cut into pages.</summary>
internal static class ODataPaging
{
    /// <summary>Rows of a page where the client names no size.</summary>
    public const int PageSizeDefault = 1_000;

    /// <summary>Rows of a page that a client can ask for.</summary>
    public const int PageSizeMax = 10_000;

    /// <summary>The size asked for by <c>Prefer: odata.maxpagesize=n</c>, within the bound, or the default.</summary>
    public static int PageSize(HttpContext context)
    {
        foreach (var preference in ODataPreferences.Of(context.Request))
        {
            var value = preference.StartsWith("odata.maxpagesize=", StringComparison.OrdinalIgnoreCase) ? preference["odata.maxpagesize=".Length..]
                : preference.StartsWith("maxpagesize=", StringComparison.OrdinalIgnoreCase) ? preference["maxpagesize=".Length..]
                : null;
            if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size < 1)
                continue;
            size = Math.Min(size, PageSizeMax);
            ODataPreferences.Applied(context.Response, string.Create(CultureInfo.InvariantCulture, $"odata.maxpagesize={size}"));
            return size;
        }

        return PageSizeDefault;
    }

    /// <summary>The request's own address with another $skiptoken.</summary>
    public static string NextLink(HttpRequest request, string token)
    {
        var options = request.Query.Where(option => option.Key != "$skiptoken").Select(option => $"{option.Key}={Uri.EscapeDataString(option.Value.ToString())}");
        return UriHelper.BuildAbsolute(request.Scheme, request.Host, request.PathBase, request.Path) + "?" + string.Join('&', options.Append("$skiptoken=" + token));
    }

    /// <summary>The address of the service document, for contexts.</summary>
    public static string ServiceRoot(HttpRequest request) => UriHelper.BuildAbsolute(request.Scheme, request.Host, request.PathBase, ODataEndpoints.Root);
}
