namespace FlowLake.Demo.Scenario;

/// <summary>A node of the demo and where it stands.</summary>
/// <param name="Name">Its name, for example node-a.</param>
/// <param name="Zone">Availability zone, as an account names it.</param>
/// <param name="ZoneId">The zone's id, the same in every account.</param>
/// <param name="Address">The node's own address. Nothing listens there: nodes share one kernel.</param>
/// <param name="PodCidrIpv4">Addresses of its pods.</param>
/// <param name="PodCidrIpv6">Addresses of its pods.</param>
public sealed record DemoNode(string Name, string Zone, string ZoneId, string Address, string PodCidrIpv4, string PodCidrIpv6);
