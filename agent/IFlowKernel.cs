using FlowLake.Agent.Bpf;

namespace FlowLake.Agent;

/// <summary>The kernel half as the agent's loop uses it: <see cref="FlowCapture"/>, or in tests a kernel that dies where it is told to.</summary>
internal interface IFlowKernel : IDisposable
{
    /// <inheritdoc cref="FlowCapture.TookOver"/>
    bool TookOver { get; }

    /// <inheritdoc cref="FlowCapture.Adopted"/>
    int Adopted { get; }

    /// <inheritdoc cref="FlowCapture.Unavailable"/>
    IReadOnlyList<UnavailableProgram> Unavailable { get; }

    /// <inheritdoc cref="FlowCapture.PendingDrains"/>
    IReadOnlyList<CaptureDrain> PendingDrains { get; }

    /// <inheritdoc cref="FlowCapture.Beat"/>
    void Beat();

    /// <inheritdoc cref="FlowCapture.SeesCgroups"/>
    bool SeesCgroups { get; }

    /// <inheritdoc cref="FlowCapture.ReadCgroups"/>
    IReadOnlyList<MadeCgroup> ReadCgroups();

    /// <inheritdoc cref="FlowCapture.Exclude"/>
    int Exclude(IReadOnlyDictionary<ulong, string> cgroups);

    /// <inheritdoc cref="FlowCapture.Sweep"/>
    int Sweep();

    /// <inheritdoc cref="FlowCapture.Drain"/>
    CaptureDrain Drain();

    /// <inheritdoc cref="FlowCapture.Clear"/>
    void Clear(CaptureDrain drain);

    /// <inheritdoc cref="FlowCapture.Remove()"/>
    void Remove();
}
