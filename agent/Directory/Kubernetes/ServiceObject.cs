namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>A Service with its cluster, external and load-balancer addresses.</summary>
internal sealed record ServiceObject(string Namespace, string Name, ValueArray<AddressKey> Addresses, ValueArray<ObjectPort> Ports);

/// <summary>Some of the endpoints of a Service.</summary>
internal sealed record EndpointSliceObject(string Namespace, string Name, string Service, ValueArray<AddressKey> Addresses, ValueArray<ObjectPort> Ports);

/// <summary>A port of a Service or a slice, which meet by name.</summary>
/// <param name="Name">Empty where there is only one.</param>
/// <param name="Target">What a Service says its endpoints listen on; zero where it says so by name.</param>
internal readonly record struct ObjectPort(string Name, int Port, int Target, byte Protocol);
