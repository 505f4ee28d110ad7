using System.Runtime.InteropServices;

namespace FlowLake.Agent.Bpf;

/// <summary>The kernel, or libbpf, refused. The message names what was tried, where, why, and what libbpf said about it.</summary>
public sealed class BpfException : Exception
{
    private BpfException(string message, int error)
        : base(message) => Error = error;

    /// <summary>The error number (errno), 0 where there was none.</summary>
    public int Error { get; }

    internal static BpfException Of(string operation, string subject, int error, string? log = null, string? remedy = null)
    {
        var message = $"{operation} {subject}: {Marshal.GetPInvokeErrorMessage(error)} (error {error})";
        return new BpfException(Complete(message, log, remedy), error);
    }

    internal static BpfException Because(string message, string? remedy = null, string? log = null) => new(Complete(message, log, remedy), 0);

    private static string Complete(string message, string? log, string? remedy)
    {
        if (remedy is not null)
            message += $". {remedy}";
        return string.IsNullOrWhiteSpace(log) ? message : $"{message}{Environment.NewLine}{log.TrimEnd()}";
    }
}
