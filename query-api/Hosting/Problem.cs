using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using FlowLake.QueryApi.Sql;

namespace FlowLake.QueryApi.Hosting;

/// <summary>An error as RFC 9457 has it, with the place in the statement.</summary>
internal sealed record Problem
{
    /// <summary>What kind of problem, for programs: <c>urn:flowlake:problem:...</c>.</summary>
    public required string Type { get; init; }

    public required string Title { get; init; }

    public required int Status { get; init; }

    public required string Detail { get; init; }

    public int? Line { get; init; }

    public int? Column { get; init; }

    public string? Hint { get; init; }

    public static Problem BadRequest(string detail, string? hint = null) => new()
    {
        Type = "urn:flowlake:problem:request", Title = "The request is not well-formed", Status = StatusCodes.Status400BadRequest, Detail = detail, Hint = hint,
    };

    public static Problem Of(SqlRefusal refusal) => refusal switch
    {
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

    public static Problem NotFound(string path) => new()
    {
        Type = "urn:flowlake:problem:path", Title = "There is nothing here", Status = StatusCodes.Status404NotFound, Detail = $"There is no {path}.", Hint = "The page at / says what there is.",
    };

    public static Problem TooLarge() => new()
    {
        Type = "urn:flowlake:problem:body", Title = "The body is too large", Status = StatusCodes.Status413PayloadTooLarge, Detail = $"The body is larger than {ServerLimits.BodyBytesMax:N0} bytes.",
        Hint = "Ask with a shorter statement, or pass values as parameters of several questions.",
    };

    public static Problem Busy() => new()
    {
        Type = "urn:flowlake:problem:busy", Title = "Too many questions at once", Status = StatusCodes.Status503ServiceUnavailable, Detail = "Ask again in a second.",
    };

    public static Problem Failed() => new()
    {
        Type = "urn:flowlake:problem:engine", Title = "The engine failed", Status = StatusCodes.Status500InternalServerError, Detail = "The engine could not read the tables; the log says more.",
    };

    public async Task WriteAsync(HttpResponse response)
    {
        response.StatusCode = Status;
        if (Status == StatusCodes.Status413PayloadTooLarge)
            response.Headers.Connection = "close";
        if (Status == StatusCodes.Status503ServiceUnavailable)
            response.Headers.RetryAfter = "1";
        await response.WriteAsJsonAsync(this, QueryJson.Default.Problem, "application/problem+json", response.HttpContext.RequestAborted);
    }
}

/// <summary>The JSON of requests and of small answers; rows are written straight from the engine's vectors.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(SqlRequest))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(TableList))]
internal sealed partial class QueryJson : JsonSerializerContext;
