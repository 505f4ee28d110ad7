using System.Runtime.InteropServices;

namespace FlowLake.Demo;

/// <summary>How a person ends the demo: once to end it in order, with the proof; a second time to skip what can be skipped. Nothing skips the removal.</summary>
internal sealed class DemoStop : IDisposable
{
    private readonly CancellationTokenSource soft = new();
    private readonly CancellationTokenSource hard = new();
    private readonly List<IDisposable> registrations = [];
    private int signals;

    public DemoStop(CancellationToken cancellationToken)
    {
        registrations.Add(cancellationToken.Register(soft.Cancel));
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
        {
            registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Ask();
            }));
        }
    }

    /// <summary>Cancelled when the demo shall end.</summary>
    public CancellationToken Soft => soft.Token;

    /// <summary>Cancelled when it shall end without the proof.</summary>
    public CancellationToken Hard => hard.Token;

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        soft.Dispose();
        hard.Dispose();
    }

    private void Ask()
    {
        // Counted here, for the caller's token may have followed the same signal.
        if (Interlocked.Increment(ref signals) == 1)
            soft.Cancel();
        else
            hard.Cancel();
    }
}
