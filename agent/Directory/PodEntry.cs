namespace FlowLake.Agent.Directory;

/// <summary>A pod, the workload it belongs to, and the node it runs on.</summary>
public sealed record PodEntry(string Namespace, string Name, string Node, string? WorkloadKind, string? Workload) : AddressHolder
{
    /// <summary>What <see cref="ObservationScope.Annotation"/> says of it, on the pod itself or else on its namespace; null where it is on neither.</summary>
    public bool? Observe { get; init; }

    internal override int Rank => 3;
}
