using Microsoft.Extensions.Logging;

namespace FlowLake.QueryApi.Hosting;

/// <summary>What the query API writes to the log.</summary>
internal static partial class QueryLog
{
    [LoggerMessage(LogLevel.Error, "A question failed in the engine")]
    public static partial void EngineFailed(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Information, "Request {RequestId}: {Method} {Route} answered {Status} in {Milliseconds} ms, asked by {Caller}; gone away: {GoneAway}")]
    public static partial void Answered(ILogger logger, string requestId, string method, string? route, int status, long milliseconds, string? caller, bool goneAway);

    [LoggerMessage(LogLevel.Warning, "Request {RequestId}: slow, {Milliseconds} ms, asked by {Caller}: {Question}")]
    public static partial void SlowQuery(ILogger logger, string requestId, long milliseconds, string? caller, string question);

    [LoggerMessage(LogLevel.Information, "The lake is at version {Version}")]
    public static partial void Moved(ILogger logger, string version);

    [LoggerMessage(LogLevel.Warning, "The lake cannot be followed; trying again in {Pause}. Answers are of version {Version}")]
    public static partial void CannotFollow(ILogger logger, Exception exception, TimeSpan pause, string version);

    [LoggerMessage(LogLevel.Information, "The lake is followed again")]
    public static partial void FollowsAgain(ILogger logger);
}
