namespace FlowLake.Agent.Bpf;

/// <summary>
/// What capture could not record, or by design does not, absolute since the set of pins was created. Each value only grows.
/// Bytes are payload of both directions unless said. Mirrors <c>enum flow_loss</c> in bpf/flow.h.
/// </summary>
public sealed record CaptureLosses
{
    /// <summary>Sockets a sweep left for the next one because the flow map was full. Nothing is lost by it but time.</summary>
    public long SweepsPostponed { get; init; }

    /// <summary>Connections whose last count lost its detail (addresses, port) because the flow map was full. No byte is lost.</summary>
    public long ClosesFolded { get; init; }

    /// <summary>Packets whose count lost its detail likewise.</summary>
    public long PacketsFolded { get; init; }

    /// <summary>Counts that found the reserve full as well: lost, with <see cref="ReserveFullBytes"/>.</summary>
    public long ReserveFull { get; init; }

    public long ReserveFullBytes { get; init; }

    /// <summary>Sockets the kernel had no memory to tag. Those that close are in <see cref="Untagged"/> too.</summary>
    public long StorageFailed { get; init; }

    /// <summary>Connections that closed without having been tagged, with <see cref="UntaggedBytes"/>.</summary>
    public long Untagged { get; init; }

    public long UntaggedBytes { get; init; }

    /// <summary>Ends of connections, and packets, between a host and itself. Not recorded by design.</summary>
    public long Loopback { get; init; }

    /// <summary>What each such end sent: every byte once.</summary>
    public long LoopbackBytes { get; init; }

    /// <summary>Connections closed and packets seen while no agent had been alive for ten minutes.</summary>
    public long Stopped { get; init; }

    public long StoppedBytes { get; init; }

    /// <summary>Packets whose headers were too short or too many to read.</summary>
    public long UnreadablePackets { get; init; }

    /// <summary>IP bytes of those packets.</summary>
    public long UnreadableBytes { get; init; }

    /// <summary>Cgroups made while there was no room to tell the agent. They are found by a scan, if they live that long.</summary>
    public long CgroupsMissed { get; init; }

    /// <summary>What was not observed by decision, by namespace. Not recorded by design.</summary>
    public IReadOnlyList<ExcludedTraffic> Excluded { get; init; } = [];

    /// <summary>Runs of our programs the kernel skipped because the program was already running on that processor. Starts anew with each agent.</summary>
    public long RecursionMisses { get; init; }

    /// <summary>Every loss with the name it has in coverage, in the order of bpf/flow.h.</summary>
    public IEnumerable<KeyValuePair<string, long>> ByName()
    {
        yield return new("sweeps_postponed", SweepsPostponed);
        yield return new("closes_folded", ClosesFolded);
        yield return new("packets_folded", PacketsFolded);
        yield return new("reserve_full", ReserveFull);
        yield return new("reserve_full_bytes", ReserveFullBytes);
        yield return new("storage_failed", StorageFailed);
        yield return new("untagged", Untagged);
        yield return new("untagged_bytes", UntaggedBytes);
        yield return new("loopback", Loopback);
        yield return new("loopback_bytes", LoopbackBytes);
        yield return new("stopped", Stopped);
        yield return new("stopped_bytes", StoppedBytes);
        yield return new("unreadable_packets", UnreadablePackets);
        yield return new("unreadable_bytes", UnreadableBytes);
        yield return new("cgroups_missed", CgroupsMissed);
        yield return new("recursion_misses", RecursionMisses);
    }
}
