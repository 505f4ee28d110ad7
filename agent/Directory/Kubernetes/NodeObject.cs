namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>A node: equal as long as nothing the directory needs has changed.</summary>
internal sealed record NodeObject(string Name, string? Zone, string? ZoneId, string? Region, ValueArray<AddressKey> Addresses, ValueArray<AddressRange> PodRanges);
