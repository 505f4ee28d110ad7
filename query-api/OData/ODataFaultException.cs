using FlowLake.QueryApi.Hosting;
using Microsoft.AspNetCore.Http;

namespace FlowLake.QueryApi.OData;

/// <summary>A request that is answered with an error; thrown inside the folder, caught where the answer is written.</summary>
internal sealed class ODataFaultException(int status, string message) : Exception(message)
{
    public int Status => status;

    /// <summary>The bound that was met, where one was.</summary>
    public LimitReached? Reached { get; private init; }

    /// <summary>The machine's word for the error, as the standard's error object asks for.</summary>
    public string Code => status switch
    {
        StatusCodes.Status404NotFound => "NotFound",
        StatusCodes.Status405MethodNotAllowed => "MethodNotAllowed",
        StatusCodes.Status406NotAcceptable => "NotAcceptable",
        StatusCodes.Status410Gone => "Gone",
        StatusCodes.Status408RequestTimeout => "Timeout",
        StatusCodes.Status422UnprocessableEntity => "TooMuch",
        StatusCodes.Status429TooManyRequests => "TooManyRequests",
        StatusCodes.Status501NotImplemented => "NotImplemented",
        StatusCodes.Status503ServiceUnavailable => "Busy",
        StatusCodes.Status500InternalServerError => "InternalError",
        _ => "BadRequest",
    };

    public static ODataFaultException Of(LimitReached reached) => new(reached.Status, reached.Hint is null ? reached.Detail : $"{reached.Detail} {reached.Hint}") { Reached = reached };

    public static ODataFaultException Bad(string message) => new(StatusCodes.Status400BadRequest, message);

    public static ODataFaultException Gone(string message) => new(StatusCodes.Status410Gone, message);

    public static ODataFaultException NotSupported(string message) => new(StatusCodes.Status501NotImplemented, message);
}
