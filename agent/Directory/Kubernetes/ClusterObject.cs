namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>What is kept of an object of the API: equal as long as nothing the directory needs has changed.</summary>
internal abstract record ClusterObject(string Namespace, string Name);

/// <summary>The object that controls another.</summary>
internal readonly record struct OwnerName(string Kind, string Name);

/// <summary>A pod.</summary>
/// <param name="CgroupUid">The uid its cgroup is named by, 32 hexadecimal digits: of a static pod that of its file, not of its mirror.</param>
/// <param name="Node">Where it runs; empty while it is not placed.</param>
/// <param name="Zone">Its copy of the node's zone label, which newer API servers give it.</param>
/// <param name="HasEnded">Its containers have all ended and none comes back: the address may be another's.</param>
/// <param name="Started">When the kubelet took it on, before it had an address; default where it does not say.</param>
/// <param name="IsAgent">It is a pod of FlowLake's agent, by its label.</param>
/// <param name="IsReady">Its condition Ready.</param>
/// <param name="Observe">What the annotation <see cref="ObservationScope.Annotation"/> decides.</param>
internal sealed record PodObject(
    string Namespace, string Name, string CgroupUid, string Node, string? Zone, bool HostNetwork, bool HasEnded, DateTimeOffset Created, DateTimeOffset Started, bool IsAgent, bool IsReady, ValueArray<AddressKey> Addresses, OwnerName? Owner, bool? Observe)
    : ClusterObject(Namespace, Name);

/// <summary>A node.</summary>
internal sealed record NodeObject(string Name, string? Zone, string? ZoneId, string? Region, ValueArray<AddressKey> Addresses, ValueArray<AddressRange> PodRanges)
    : ClusterObject("", Name);

/// <summary>A Service with its cluster, external and load-balancer addresses.</summary>
internal sealed record ServiceObject(string Namespace, string Name, ValueArray<AddressKey> Addresses, ValueArray<ObjectPort> Ports) : ClusterObject(Namespace, Name);

/// <summary>Some of the endpoints of a Service.</summary>
internal sealed record EndpointSliceObject(string Namespace, string Name, string Service, ValueArray<AddressKey> Addresses, ValueArray<ObjectPort> Ports)
    : ClusterObject(Namespace, Name);

/// <summary>A ReplicaSet or a Job, kept for what controls it.</summary>
internal sealed record OwnedObject(string Namespace, string Name, OwnerName? Owner) : ClusterObject(Namespace, Name);

/// <summary>A namespace, kept for what its annotation <see cref="ObservationScope.Annotation"/> decides.</summary>
internal sealed record NamespaceObject(string Name, bool? Observe) : ClusterObject("", Name);

/// <summary>A port of a Service or a slice, which meet by name.</summary>
/// <param name="Name">Empty where there is only one.</param>
/// <param name="Target">What a Service says its endpoints listen on; zero where it says so by name.</param>
internal readonly record struct ObjectPort(string Name, int Port, int Target, byte Protocol);
