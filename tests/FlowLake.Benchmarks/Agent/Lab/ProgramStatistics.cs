namespace FlowLake.Benchmarks.Agent.Lab;

/// <summary>The kernel counts runs and time of every program while this lives.</summary>
internal sealed class ProgramStatistics : IDisposable
{
    private const string Setting = "/proc/sys/kernel/bpf_stats_enabled";
    private readonly string before = File.ReadAllText(Setting);

    public ProgramStatistics()
    {
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        File.WriteAllText(Setting, "1");
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        File.WriteAllText(Setting, before);
    }

    private void OnExit(object? sender, EventArgs arguments) => Dispose();
}
