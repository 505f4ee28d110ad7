namespace FlowLake.Agent.Directory;

/// <summary>A pod, the workload it belongs to, and the node it runs on.</summary>
public sealed record PodEntry(string Namespace, string Name, string Node, string? WorkloadKind, string? Workload) : AddressHolder;
