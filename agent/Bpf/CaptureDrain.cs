namespace FlowLake.Agent.Bpf;

/// <summary>
/// Everything the kernel counted within one epoch, read but still in the kernel. It stays there until <see cref="FlowCapture.Clear"/>,
/// so write it durably first, under a name made of <see cref="PinSetId"/> and <see cref="Epoch"/>: after a crash the same
/// drain, with the same two, is offered again by <see cref="FlowCapture.PendingDrains"/>.
/// </summary>
public sealed record CaptureDrain
{
    /// <summary>Identity of the set of pins; random, made when the set is first created.</summary>
    public required Guid PinSetId { get; init; }

    /// <summary>Number of the epoch within the set, from 1. Rises by one at each drain.</summary>
    public required long Epoch { get; init; }

    /// <summary>Flows, each key once, in no order. At the end those whose detail is lost (<see cref="FlowKey.IsFolded"/>): cgroup, role and protocol only.</summary>
    public required IReadOnlyList<FlowEntry> Flows { get; init; }

    /// <summary>Packets the kernel dropped, by reason, in no order. Empty where the kernel lacks the tracepoint.</summary>
    public IReadOnlyList<DropEntry> Drops { get; init; } = [];

    /// <summary>DNS queries that ended in the epoch, in no order.</summary>
    public IReadOnlyList<DnsEntry> Dns { get; init; } = [];

    /// <summary>What was lost, absolute since the set of pins was created: subtract the previous drain's of the same set.</summary>
    public required CaptureLosses Losses { get; init; }
}
