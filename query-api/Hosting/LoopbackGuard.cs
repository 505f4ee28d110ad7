using System.Net;
using Microsoft.AspNetCore.Http;

namespace FlowLake.QueryApi.Hosting;

/// <summary>Turns away requests under a foreign name, where nobody is asked for a key.</summary>
/// <remarks>
/// A page of a stranger can point its own host name at 127.0.0.1 and then read what is served there as its own origin. The Host header gives it away.
/// </remarks>
internal static class LoopbackGuard
{
    public static Task InvokeAsync(HttpContext context, RequestDelegate next) =>
        IsLocal(context.Request.Host.Host)
            ? next(context)
            : Problem.BadRequest($"this service is not {context.Request.Host.Host}", "Ask for it as localhost or 127.0.0.1.").WriteAsync(context.Response);

    private static bool IsLocal(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address);
}
