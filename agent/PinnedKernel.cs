using FlowLake.Agent.Bpf;

namespace FlowLake.Agent;

/// <summary>The kernel half itself.</summary>
internal sealed class PinnedKernel(CaptureOptions options) : IFlowKernel
{
    private readonly FlowCapture capture = FlowCapture.Open(options);
    private readonly ulong root = CgroupFileSystem.IdOf(options.CgroupRoot);

    public bool TookOver => capture.TookOver;

    public int Adopted => capture.Adopted;

    public IReadOnlyList<UnavailableProgram> Unavailable => capture.Unavailable;

    public IReadOnlyList<CaptureDrain> PendingDrains => capture.PendingDrains;

    public bool SeesCgroups => capture.SeesCgroups;

    public IReadOnlyList<MadeCgroup> ReadCgroups() => capture.ReadCgroups();

    public int Exclude(IReadOnlyDictionary<ulong, string> cgroups) => capture.Exclude(cgroups);

    public void Beat() => capture.Beat();

    /// <inheritdoc cref="FlowCapture.Sweep"/>
    /// <exception cref="BpfException">The pins are gone, or the cgroup they were attached to: the kernel half no longer counts.</exception>
    public int Sweep()
    {
        var swept = capture.Sweep();
        // With its folder the kernel takes the programs away, and says nothing.
        return CgroupFileSystem.TryIdOf(options.CgroupRoot) == root ? swept : throw BpfException.Because($"{options.CgroupRoot} was removed, and the programs with it");
    }

    public CaptureDrain Drain() => capture.Drain();

    public void Clear(CaptureDrain drain) => capture.Clear(drain);

    public void Remove() => capture.Remove();

    public void Dispose() => capture.Dispose();
}
