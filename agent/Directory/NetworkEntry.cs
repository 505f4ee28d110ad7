namespace FlowLake.Agent.Directory;

/// <summary>A network outside of the cluster, and where it stands: a subnet of a database, an office.</summary>
/// <param name="Name">What people call it; null where nobody does.</param>
public sealed record NetworkEntry(string? Name, string? Zone, string? ZoneId) : AddressHolder
{
    /// <summary>What stands as the kind of workload where the network's name stands as the workload.</summary>
    public const string WorkloadKind = "Network";

    internal override int Rank => 0;
}
