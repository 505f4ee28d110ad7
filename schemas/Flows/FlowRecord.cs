namespace FlowLake.Schemas.Flows;

/// <summary>
/// One row of the table <c>flows</c>: what one observer counted for one flow key in one window.
/// Client and server are fixed roles, so both observers of a connection agree on its direction.
/// The meaning, unit and type of every member stand in <see cref="FlowColumns"/>.
/// </summary>
public sealed record FlowRecord
{
    public required DateTimeOffset WindowStart { get; init; }

    public required int WindowSeconds { get; init; }

    /// <summary>Zone of the observer's end; null when unknown, never empty.</summary>
    public string? Zone { get; init; }

    public string? Region { get; init; }

    public string? Cluster { get; init; }

    public required string Node { get; init; }

    public required FlowObserver Observer { get; init; }

    public required bool IsPrimary { get; init; }

    /// <summary>"tcp", "udp", "icmp", ... as <see cref="FlowProtocol"/> names them.</summary>
    public required string Protocol { get; init; }

    public int? ServerPort { get; init; }

    public int? ServicePort { get; init; }

    public required FlowEnd Client { get; init; }

    public required FlowEnd Server { get; init; }

    public long PayloadToServer { get; init; }

    public long PayloadToClient { get; init; }

    public long HeaderBytesToServer { get; init; }

    public long HeaderBytesToClient { get; init; }

    public long PacketsToServer { get; init; }

    public long PacketsToClient { get; init; }

    public long ConnectionsOpened { get; init; }

    public long ConnectionsClosed { get; init; }

    public long ConnectionsFailed { get; init; }

    public long Retransmits { get; init; }

    public long SegmentsLost { get; init; }

    public long RtoCount { get; init; }

    public long RtoTimeUs { get; init; }

    public long ResetsSent { get; init; }

    public long ResetsReceived { get; init; }

    public long Drops { get; init; }

    public long SrttUsSum { get; init; }

    public long SrttCount { get; init; }

    public long? SrttUsMin { get; init; }

    public long? SrttUsMax { get; init; }

    /// <summary>True where the header bytes are computed from segment counts instead of counted on packets.</summary>
    public bool Estimated { get; init; }
}
