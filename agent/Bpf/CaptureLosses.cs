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

    /// <summary>Connections that were open when the set of pins was made, and are counted from then on, with <see cref="BeforeAgentBytes"/> moved until then.</summary>
    public long BeforeAgent { get; init; }

    public long BeforeAgentBytes { get; init; }

    /// <summary>Resets and drops whose count lost its flow's detail because the flow map was full.</summary>
    public long IncidentsFolded { get; init; }

    /// <summary>Resets sent for no tagged socket: to a closed port, by a listener, in time-wait. In no flow.</summary>
    public long ResetsUnplaced { get; init; }

    /// <summary>Dropped packets that found the map of drops full, with <see cref="DropsUnlistedBytes"/>: in no <see cref="DropEntry"/>.</summary>
    public long DropsUnlisted { get; init; }

    public long DropsUnlistedBytes { get; init; }

    /// <summary>DNS queries that were not followed because too many were waiting for their answers.</summary>
    public long DnsUnfollowed { get; init; }

    /// <summary>DNS answers to no query that was followed: later than 10 seconds, or of a query that was not followed.</summary>
    public long DnsUnmatched { get; init; }

    /// <summary>Datagrams at port 53 that are no DNS message of one question.</summary>
    public long DnsUnreadable { get; init; }

    /// <summary>DNS queries whose name was longer than the kernel's bound of 128 bytes. They are counted under its beginning.</summary>
    public long DnsNamesCut { get; init; }

    /// <summary>DNS queries whose detail (ends' addresses, name, type) is lost because their map was full.</summary>
    public long DnsFolded { get; init; }

    /// <summary>DNS queries that found the reserve full as well.</summary>
    public long DnsLost { get; init; }

    /// <summary>Runs of our programs the kernel skipped because the program was already running on that processor. Starts anew with each agent.</summary>
    public long RecursionMisses { get; init; }

    /// <summary>
    /// Likewise runs of the programs on tracepoints: resets, drops, or ends of adopted connections that may be missing. They run for the whole machine, so what
    /// was missed need not have been of this agent's cgroups.
    /// </summary>
    public long TracingMisses { get; init; }

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
        yield return new("before_agent", BeforeAgent);
        yield return new("before_agent_bytes", BeforeAgentBytes);
        yield return new("incidents_folded", IncidentsFolded);
        yield return new("resets_unplaced", ResetsUnplaced);
        yield return new("drops_unlisted", DropsUnlisted);
        yield return new("drops_unlisted_bytes", DropsUnlistedBytes);
        yield return new("dns_unfollowed", DnsUnfollowed);
        yield return new("dns_unmatched", DnsUnmatched);
        yield return new("dns_unreadable", DnsUnreadable);
        yield return new("dns_names_cut", DnsNamesCut);
        yield return new("dns_folded", DnsFolded);
        yield return new("dns_lost", DnsLost);
        yield return new("recursion_misses", RecursionMisses);
        yield return new("tracing_misses", TracingMisses);
    }
}
