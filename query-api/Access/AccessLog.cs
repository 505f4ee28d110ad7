using Microsoft.Extensions.Logging;

namespace FlowLake.QueryApi.Access;

/// <summary>What is logged of keys and certificates: never one of them.</summary>
internal static partial class AccessLog
{
    [LoggerMessage(LogLevel.Information, "The keys in {Path} are taken up as they are now")]
    public static partial void KeysChanged(ILogger logger, string path);

    [LoggerMessage(LogLevel.Error, "The keys cannot be read, those read last go on to open: {Reason}")]
    public static partial void KeysUnreadable(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "The certificate in {Path} is taken up as it is now")]
    public static partial void CertificateChanged(ILogger logger, string path);

    [LoggerMessage(LogLevel.Error, "The certificate cannot be read, the one read last goes on to be shown: {Reason}")]
    public static partial void CertificateUnreadable(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "Keys and answers travel in clear text: give a certificate (--certificate, --certificate-key), or let nobody in between but a proxy that has one")]
    public static partial void ClearText(ILogger logger);
}
