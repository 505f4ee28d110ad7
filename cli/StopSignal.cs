using System.Runtime.InteropServices;

namespace FlowLake.Cli;

/// <summary>Ctrl-C and SIGTERM: the first asks a verb to end in order, a second one ends the process at once.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource asked = new();
    private readonly PosixSignalRegistration[] registrations;

    public StopSignal() => registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal), PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal)];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => asked.Token;

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        asked.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (asked.IsCancellationRequested)
            return;
        context.Cancel = true;
        asked.Cancel();
    }
}
