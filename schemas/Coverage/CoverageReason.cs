namespace FlowLake.Schemas.Coverage;

/// <summary>The reasons <see cref="CoverageRecord.Reason"/> may hold. A loss without a reason here is a defect.</summary>
public static class CoverageReason
{
    /// <summary>Not a loss: the window was observed, and so many rows were written.</summary>
    public const string Observed = "observed";

    /// <summary>Not a loss: seconds of the window in which the pinned kernel half counted while no agent was running.</summary>
    public const string AgentAbsent = "agent_absent";

    /// <summary>
    /// Connections that were open when this agent's kernel half was made, and bytes they had moved by then. They are in no row of this stream; where an
    /// earlier agent ended cleanly they are in its rows.
    /// </summary>
    public const string BeforeAgent = "before_agent";

    /// <summary>The kernel's flow map was full: detail was folded by cgroup, no bytes lost.</summary>
    public const string MapFull = "map_full";

    /// <summary>Counts the kernel could add neither to the flow map nor to the reserved one.</summary>
    public const string Lost = "lost";

    /// <summary>Connections the kernel had no memory to tag.</summary>
    public const string StorageExhausted = "storage_exhausted";

    /// <summary>Connections seen at their end only, never at their start.</summary>
    public const string Untagged = "untagged";

    /// <summary>Executions of a program the kernel skipped because it was already running on that CPU.</summary>
    public const string RecursionMisses = "recursion_misses";

    /// <summary>Loopback and same-address traffic, which is not recorded.</summary>
    public const string Loopback = "loopback";

    /// <summary>Not a loss: traffic of pods that by decision are not observed, by their namespace; it is in no row.</summary>
    public const string Excluded = "excluded";

    /// <summary>Rows whose remote end could not be named.</summary>
    public const string UnknownEnd = "unknown_end";

    /// <summary>Rows folded into one row a zone pair because the window had more than its cap.</summary>
    public const string Folded = "folded";

    /// <summary>
    /// Bytes of rows whose server is a Service that only some agents' endpoints stand behind: the client's row is primary, and what an observed
    /// endpoint answered is counted there as well.
    /// </summary>
    public const string ServiceMixed = "service_mixed";

    /// <summary>Packets whose headers could not be read.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>Resets sent for no connection that is known: to a closed port, by a listener, or after the connection's end. In no row.</summary>
    public const string ResetsUnplaced = "resets_unplaced";

    /// <summary>Packets the kernel dropped for more reasons and places than its map holds: in no row of <c>drops</c>.</summary>
    public const string DropsUnlisted = "drops_unlisted";

    /// <summary>DNS answers to no query the kernel followed: they came after more than 10 seconds, or it had too many to follow.</summary>
    public const string Unmatched = "unmatched";

    /// <summary>DNS queries whose name was too long for the kernel: they are in a row under its beginning.</summary>
    public const string NameCut = "name_cut";

    /// <summary>Rows dropped with the oldest files of a full spool.</summary>
    public const string SpoolFull = "spool_full";

    /// <summary>
    /// Inbox files of the stream that were not there a day after the next one had been put, and were given up by ingest. The window is the moment the next one
    /// was put: what is missing lies before it.
    /// </summary>
    public const string SequenceGap = "sequence_gap";

    /// <summary>Counting stopped because no agent had taken the kernel's counts for ten minutes.</summary>
    public const string CountingStopped = "counting_stopped";
}
