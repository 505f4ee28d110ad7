using FlowLake.Agent.Bpf;

namespace FlowLake.Benchmarks.Agent.Comparison;

/// <summary>Sweeps once a second while it lives: sixty times as often as an agent does by default, so what it costs is more than any agent's share.</summary>
internal sealed class RepeatedSweep : IDisposable
{
    private static readonly TimeSpan between = TimeSpan.FromSeconds(1);
    private readonly ManualResetEventSlim stop = new();
    private readonly Thread thread;

    public RepeatedSweep(FlowCapture capture)
    {
        thread = new Thread(() =>
        {
            do
                capture.Sweep();
            while (!stop.Wait(between));
        });
        thread.Start();
    }

    public void Dispose()
    {
        stop.Set();
        thread.Join();
        stop.Dispose();
    }
}
