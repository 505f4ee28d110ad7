namespace FlowLake.Schemas.Drops;

/// <summary>One row of the table <c>drops</c>: packets one node's kernel dropped in one window for one reason, by the end they belonged to where that is known.</summary>
public sealed record DropRecord
{
    public required DateTimeOffset WindowStart { get; init; }

    public required int WindowSeconds { get; init; }

    public string? Zone { get; init; }

    public string? Cluster { get; init; }

    public required string Node { get; init; }

    /// <summary>The kernel's own name of the reason.</summary>
    public required string Reason { get; init; }

    /// <summary>As <see cref="Flows.FlowProtocol"/> names it; null where the packet did not say.</summary>
    public string? Protocol { get; init; }

    public string? Namespace { get; init; }

    public string? Pod { get; init; }

    public string? WorkloadKind { get; init; }

    public string? Workload { get; init; }

    public long Packets { get; init; }

    public long Bytes { get; init; }
}
