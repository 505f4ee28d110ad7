using System.Collections.Immutable;

namespace FlowLake.Agent.Directory;

/// <summary>The Services an address is an endpoint of, in the order of namespace and name, those with an address of their own first.</summary>
public sealed record EndpointServices(ImmutableArray<ServiceEntry> Services)
{
    public bool Equals(EndpointServices? other) => other is not null && Services.SequenceEqual(other.Services);

    public override int GetHashCode() => Services.Length;
}
