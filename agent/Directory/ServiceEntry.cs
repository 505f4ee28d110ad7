using System.Collections.Immutable;

namespace FlowLake.Agent.Directory;

/// <summary>A Service as it is from one change to the next.</summary>
public sealed record ServiceEntry(string Namespace, string Name, ImmutableArray<ServicePort> Ports, ImmutableArray<AddressKey> Endpoints) : AddressHolder
{
    /// <summary>True where the Service has no address of its own, so that clients talk to its endpoints.</summary>
    public bool IsHeadless { get; init; }

    internal override int Rank => 1;

    /// <summary>The Service without its endpoints: what an endpoint needs to know of it.</summary>
    public ServiceEntry Front => this with { Endpoints = [] };

    /// <summary>The port whose clients use that number, or null.</summary>
    public ServicePort? PortOf(int port, byte protocol) => Find(candidate => candidate.Port == port && candidate.Protocol == protocol);

    /// <summary>The port that leads to that port of the endpoints, or null.</summary>
    public ServicePort? PortTo(int targetPort, byte protocol) => Find(candidate => candidate.TargetPort == targetPort && candidate.Protocol == protocol);

    // Arrays compare by reference otherwise, and every reload would look like a change.
    public bool Equals(ServiceEntry? other) =>
        other is not null && Namespace == other.Namespace && Name == other.Name && IsHeadless == other.IsHeadless && Ports.SequenceEqual(other.Ports) && Endpoints.SequenceEqual(other.Endpoints);

    public override int GetHashCode() => HashCode.Combine(Namespace, Name, Ports.Length, Endpoints.Length);

    private ServicePort? Find(Predicate<ServicePort> matches)
    {
        foreach (var port in Ports)
        {
            if (matches(port))
                return port;
        }

        return null;
    }
}
