using FlowLake.QueryApi.Hosting;
using FlowLake.QueryApi.Relations;
using Microsoft.AspNetCore.Http;

namespace FlowLake.QueryApi.OData;

/// <summary>A request that is answered with an error; thrown inside the folder, caught where the answer is written.</summary>
internal sealed class ODataFaultException(int status, string message) : Exception(message)
{
    public int Status => status;

    /// <summary>After how many seconds the same may do; null where that is not known.</summary>
    public int? RetryAfterSeconds { get; private init; }

    /// <summary>What of the request is wrong, such as a query option, where that is known.</summary>
    public string? Target { get; init; }

    /// <summary>Rows the request needs that are not on this machine, where that is why.</summary>
    public RowsNotHere? NotHere { get; private init; }

    /// <summary>The methods that would do, where the method was wrong.</summary>
    public string? Allow { get; init; }

    /// <summary>The machine's word for the error, as the standard's error object asks for.</summary>
    public string Code => status switch
    {
        _ when NotHere is { AreComing: true } => "RowsAreComing",
        _ when NotHere is not null => "RowsAreElsewhere",
        StatusCodes.Status404NotFound => "NotFound",
        StatusCodes.Status405MethodNotAllowed => "MethodNotAllowed",
        StatusCodes.Status406NotAcceptable => "NotAcceptable",
        StatusCodes.Status410Gone => "Gone",
        StatusCodes.Status408RequestTimeout => "Timeout",
        StatusCodes.Status413PayloadTooLarge => "PayloadTooLarge",
        StatusCodes.Status415UnsupportedMediaType => "UnsupportedMediaType",
        StatusCodes.Status424FailedDependency => "FailedDependency",
        StatusCodes.Status422UnprocessableEntity => "TooMuch",
        StatusCodes.Status429TooManyRequests => "TooManyRequests",
        StatusCodes.Status501NotImplemented => "NotImplemented",
        StatusCodes.Status503ServiceUnavailable => "Busy",
        StatusCodes.Status500InternalServerError => "InternalError",
        _ => "BadRequest",
    };

    public static ODataFaultException Of(Problem problem) =>
        new(problem.Status, problem.Hint is null ? problem.Detail : $"{problem.Detail.TrimEnd('.')}. {problem.Hint}") { RetryAfterSeconds = problem.RetryAfterSeconds, Target = problem.Limit };

    public static ODataFaultException Of(RowsNotHere rows) =>
        new(rows.AreComing ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status422UnprocessableEntity, $"{rows.Reason()}. {rows.Hint()}") { NotHere = rows, Target = rows.TimeColumn, RetryAfterSeconds = rows.AreComing ? RowsNotHere.RetryAfterSeconds : null };

    public static ODataFaultException Bad(string message, string? target = null) => new(StatusCodes.Status400BadRequest, message) { Target = target };

    public static ODataFaultException Gone(string message) => new(StatusCodes.Status410Gone, message);

    public static ODataFaultException Method(string allowed) => new(StatusCodes.Status405MethodNotAllowed, $"Only {allowed} goes here{(allowed == HttpMethods.Get ? ": the lake is read, not written" : "")}.") { Allow = allowed };

    public static ODataFaultException NotSupported(string message) => new(StatusCodes.Status501NotImplemented, message);
}
