using Microsoft.AspNetCore.Http;

namespace FlowLake.QueryApi.Hosting;

/// <summary>Sets the headers every answer has.</summary>
internal static class SecurityHeaders
{
    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        // When the answer starts: an error clears what was set before.
        context.Response.OnStarting(SetAsync, context.Response.Headers);
        return next(context);
    }

    private static Task SetAsync(object state)
    {
        var headers = (IHeaderDictionary)state;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}
