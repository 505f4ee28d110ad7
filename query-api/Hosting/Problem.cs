using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using FlowLake.QueryApi.OData;
using FlowLake.QueryApi.Relations;
using FlowLake.QueryApi.Sql;

namespace FlowLake.QueryApi.Hosting;

/// <summary>An error as RFC 9457 has it, with the place in the statement.</summary>
internal sealed record Problem
{
    // For people at a terminal: quotation marks as they are. No browser takes an answer of ours for a page.
    private static readonly QueryJson readable = new(new JsonSerializerOptions(QueryJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>What kind of problem, for programs: <c>urn:flowlake:problem:...</c>.</summary>
    public required string Type { get; init; }

    public required string Title { get; init; }

    public required int Status { get; init; }

    public required string Detail { get; init; }

    public int? Line { get; init; }

    public int? Column { get; init; }

    public string? Hint { get; init; }

    /// <summary>The bound that was met, where one was: rows, bytes, seconds, waiting or service.</summary>
    public string? Limit { get; init; }

    /// <summary>What that bound allows.</summary>
    public long? Allowed { get; init; }

    /// <summary>From when on the rows asked for are here, where some are not.</summary>
    public DateTimeOffset? RowsFrom { get; init; }

    /// <summary>A statement for Athena that has the rows which are not here, within the range asked for.</summary>
    public string? Athena { get; init; }

    /// <summary>After how many seconds the same may do; null where that is not known.</summary>
    [JsonIgnore]
    public int? RetryAfterSeconds { get; init; }

    public static Problem BadRequest(string detail, string? hint = null) => new()
    {
        Type = "urn:flowlake:problem:request", Title = "The request is not well-formed", Status = StatusCodes.Status400BadRequest, Detail = detail, Hint = hint,
    };

    public static Problem NotAcceptable(string detail, string hint) => new()
    {
        Type = "urn:flowlake:problem:format", Title = "No such form of an answer", Status = StatusCodes.Status406NotAcceptable, Detail = detail, Hint = hint,
    };

    public static Problem Of(SqlRefusal refusal) => refusal switch
    {
        { NotHere: { } rows } => Of(refusal, rows),
        { Gone: true } => Of(refusal, "gone", "The version is not held", StatusCodes.Status410Gone),
        { TooMuch: true } => Of(refusal, "too-much", "The statement asks for too much", StatusCodes.Status422UnprocessableEntity),
        _ => Of(refusal, "statement", "The statement is refused", StatusCodes.Status400BadRequest),
    };

    private static Problem Of(SqlRefusal refusal, string type, string title, int status) => new()
    {
        Type = "urn:flowlake:problem:" + type,
        Title = title,
        Status = status,
        Detail = refusal.Reason,
        Line = refusal.Line,
        Column = refusal.Column,
        Hint = refusal.Hint,
    };

    private static Problem Of(SqlRefusal refusal, RowsNotHere rows) => rows.AreComing
        ? Of(refusal, "fetching", "Rows are being fetched", StatusCodes.Status503ServiceUnavailable) with { RowsFrom = rows.From, RetryAfterSeconds = RowsNotHere.RetryAfterSeconds }
        : Of(refusal, "range", "The range reaches past the rows that are here", StatusCodes.Status422UnprocessableEntity) with { RowsFrom = rows.From, Athena = rows.AthenaSql };

    public static Problem NotFound(string path) => new()
    {
        Type = "urn:flowlake:problem:path", Title = "There is nothing here", Status = StatusCodes.Status404NotFound, Detail = $"There is no {path}.", Hint = "The page at / says what there is.",
    };

    public static Problem TooLarge() => new()
    {
        Type = "urn:flowlake:problem:body", Title = "The body is too large", Status = StatusCodes.Status413PayloadTooLarge, Detail = $"The body is larger than {ServerLimits.BodyBytesMax:N0} bytes.",
        Hint = "Ask with a shorter statement, or pass values as parameters of several questions.",
    };

    public static Problem Of(LimitReached reached) => new()
    {
        Type = "urn:flowlake:problem:limit", Title = "A limit is reached", Status = reached.Status, Detail = reached.Detail, Hint = reached.Hint,
        Limit = reached.Limit, Allowed = reached.Allowed, RetryAfterSeconds = reached.RetryAfterSeconds,
    };

    public static Problem NoKey(bool presented) => new()
    {
        Type = "urn:flowlake:problem:key", Title = presented ? "The key opens nothing" : "A key is needed", Status = StatusCodes.Status401Unauthorized,
        Detail = presented ? "The key is unknown, was revoked or has expired." : "The request has no key.",
        Hint = "Send Authorization: Bearer KEY, or X-API-Key: KEY. Whoever runs the service makes keys with: flowlake key create",
    };

    public static Problem MissingScope(string? scope) => new()
    {
        Type = "urn:flowlake:problem:scope", Title = "The key is not for this", Status = StatusCodes.Status403Forbidden, Detail = $"The key has not the scope {scope}.",
        Hint = "Scopes are read (OData), sql (SQL) and admin (metrics); whoever runs the service makes keys with: flowlake key create --scope " + scope,
    };

    public static Problem Failed() => new()
    {
        Type = "urn:flowlake:problem:engine", Title = "The engine failed", Status = StatusCodes.Status500InternalServerError, Detail = "The engine could not read the tables; the log says more.",
    };

    /// <summary>Answers a question with it, in the form that its address asks for.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments(ODataEndpoints.Root))
            return WriteAsync(context.Response);
        context.Response.Headers["OData-Version"] = ODataVersions.Answered;
        return ODataAnswers.WriteErrorAsync(context.Response, ODataFaultException.Of(this));
    }

    public async Task WriteAsync(HttpResponse response)
    {
        response.StatusCode = Status;
        // Of a body that is too large the rest is not read.
        if (Status == StatusCodes.Status413PayloadTooLarge && Limit is null)
            response.Headers.Connection = "close";
        if (RetryAfterSeconds is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await response.WriteAsJsonAsync(this, readable.Problem, "application/problem+json", response.HttpContext.RequestAborted);
    }
}

/// <summary>The JSON of requests and of small answers; rows are written straight from the engine's vectors.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(SqlRequest))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(TableList))]
internal sealed partial class QueryJson : JsonSerializerContext;
