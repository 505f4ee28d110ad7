using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using FlowLake.QueryApi.Access;
using FlowLake.QueryApi.OData;
using FlowLake.QueryApi.Sql;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace FlowLake.QueryApi.Hosting;

/// <summary>Gives each request its id, and logs it; a slow question with what was asked.</summary>
internal sealed partial class RequestLog(RequestDelegate next, QueryOptions options, TimeProvider timeProvider, ILogger<RequestLog> logger)
{
    public const string IdHeader = "X-Request-Id";

    /// <summary>Longest text of a question in the log, in characters.</summary>
    public const int TextMax = 2_000;

    public async Task InvokeAsync(HttpContext context)
    {
        var id = context.Request.Headers[IdHeader].ToString() is var given && Id().IsMatch(given) ? given : Guid.CreateVersion7().ToString("N");
        context.TraceIdentifier = id;
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[IdHeader] = id;
            return Task.CompletedTask;
        });
        using var scope = logger.BeginScope(new Dictionary<string, object> { ["request_id"] = id });
        var begun = timeProvider.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            Write(context, id, timeProvider.GetElapsedTime(begun));
        }
    }

    /// <summary>A question's text as the log has it: cut, in one line, without keys.</summary>
    internal static string Shown(string text)
    {
        var shown = Key().Replace(text.Length > TextMax ? text[..TextMax] + "…" : text, "flk_…");
        return string.Concat(shown.Select(character => char.IsControl(character) ? ' ' : character));
    }

    private void Write(HttpContext context, string id, TimeSpan time)
    {
        var caller = context.Features.Get<Caller>()?.Id;
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        if (options.LogRequests)
            QueryLog.Answered(logger, id, context.Request.Method, route, context.Response.StatusCode, (long)time.TotalMilliseconds, caller, context.RequestAborted.IsCancellationRequested);
        if (time >= options.SlowQuery && Question(context, route) is { } question)
            QueryLog.SlowQuery(logger, id, (long)time.TotalMilliseconds, caller, Shown(question));
    }

    private static string? Question(HttpContext context, string? route) =>
        context.Features.Get<AskedBody>()?.Text
        ?? (route is SqlEndpoints.Path || route?.StartsWith(ODataEndpoints.Root, StringComparison.Ordinal) == true ? Uri.UnescapeDataString(context.Request.Path + context.Request.QueryString) : null);

    [GeneratedRegex(@"\A[A-Za-z0-9._:-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Id();

    // One that the cut left unfinished, too.
    [GeneratedRegex(@"flk_[0-9a-f]{12}_?[A-Za-z0-9_-]*", RegexOptions.CultureInvariant)]
    private static partial Regex Key();
}

/// <summary>The body of a question, for the log.</summary>
/// <param name="Content">As it was sent.</param>
internal sealed record AskedBody(byte[] Content)
{
    /// <summary>The statement in it; all of it where there is none.</summary>
    public string Text
    {
        get
        {
            try
            {
                return JsonSerializer.Deserialize(Content, QueryJson.Default.SqlRequest)?.Sql ?? Encoding.UTF8.GetString(Content);
            }
            catch (JsonException)
            {
                return Encoding.UTF8.GetString(Content);
            }
        }
    }
}
