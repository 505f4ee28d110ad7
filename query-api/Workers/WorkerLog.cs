using Microsoft.Extensions.Logging;

namespace FlowLake.QueryApi.Workers;

/// <summary>What is logged of workers.</summary>
internal static partial class WorkerLog
{
    [LoggerMessage(LogLevel.Warning, "Worker {Process}: {Text}")]
    public static partial void Said(ILogger logger, int process, string text);

    [LoggerMessage(LogLevel.Warning, "Worker {Process} ended with {ExitCode}; for want of memory: {OutOfMemory}. Another one takes its place")]
    public static partial void Ended(ILogger logger, int process, int exitCode, bool outOfMemory);

    [LoggerMessage(LogLevel.Warning, "Worker {Process} did not stop and was killed; its time was over: {Deadline}. Another one takes its place")]
    public static partial void Killed(ILogger logger, int process, bool deadline);

    [LoggerMessage(LogLevel.Warning, "Worker {Process} has taken most of the memory it may have, or was refused more. Another one takes its place")]
    public static partial void Spent(ILogger logger, int process);

    [LoggerMessage(LogLevel.Error, "No worker could be started; trying again in {Pause}. {Reason}")]
    public static partial void CannotStart(ILogger logger, TimeSpan pause, string reason);

    [LoggerMessage(LogLevel.Warning, "This kernel has no Landlock, or has it switched off: what workers read and write is bounded by the engine's own lock and by the rights of user {User} alone")]
    public static partial void NoLandlock(ILogger logger, string user);
}
