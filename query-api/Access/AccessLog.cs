using Microsoft.Extensions.Logging;

namespace FlowLake.QueryApi.Access;

/// <summary>What is logged of keys and certificates: never one of them.</summary>
internal static partial class AccessLog
{
    [LoggerMessage(LogLevel.Information, "The keys in {Path} are taken up as they are now")]
    public static partial void KeysChanged(ILogger logger, string path);

    [LoggerMessage(LogLevel.Error, "The keys cannot be read, those read last go on to open: {Reason}")]
    public static partial void KeysUnreadable(ILogger logger, string reason);
}
