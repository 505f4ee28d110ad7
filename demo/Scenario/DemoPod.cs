namespace FlowLake.Demo.Scenario;

/// <summary>A pod of the demo: a network namespace and a cgroup below its node's.</summary>
/// <param name="Name">Its name, unique in the demo.</param>
/// <param name="Role">Whether it asks or answers.</param>
/// <param name="Node">The node it runs on.</param>
/// <param name="Ipv4">Its own IPv4 address.</param>
/// <param name="Ipv6">Its own unique-local IPv6 address.</param>
public sealed record DemoPod(string Name, PodRole Role, DemoNode Node, string Ipv4, string Ipv6)
{
    public const string WorkloadKind = "Deployment";

    public string Namespace => Role == PodRole.Server ? "app-server" : "app-client";

    /// <summary>The Deployment that owns the pod.</summary>
    public string Workload => Role == PodRole.Server ? "server" : "client";
}

public enum PodRole
{
    Server,
    Client,
}
