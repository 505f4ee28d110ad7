namespace FlowLake.Schemas.Flows;

/// <summary>One end of a flow: the address, and who held it when the window was open.</summary>
public sealed record FlowEnd
{
    public required EndKind Kind { get; init; }

    /// <summary>The address as text; IPv4 in dotted form also where the socket was a dual-stack one. Null on folded rows.</summary>
    public string? Ip { get; init; }

    public string? Namespace { get; init; }

    public string? Pod { get; init; }

    public string? WorkloadKind { get; init; }

    public string? Workload { get; init; }

    /// <summary>The Service this end is, or belongs to as one of its endpoints.</summary>
    public string? Service { get; init; }

    public string? Node { get; init; }

    public string? Zone { get; init; }

    public string? ZoneId { get; init; }
}
