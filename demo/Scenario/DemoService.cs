namespace FlowLake.Demo.Scenario;

/// <summary>The Service in front of the servers.</summary>
/// <param name="Name">Its name, in the servers' namespace.</param>
/// <param name="Ipv4">ClusterIP, in front of every server.</param>
/// <param name="Ipv6">ClusterIP, in front of the servers that listen on IPv6.</param>
/// <param name="Port">The Service's port.</param>
/// <param name="TargetPort">The port of the pods behind it.</param>
public sealed record DemoService(string Name, string Ipv4, string Ipv6, int Port, int TargetPort);
