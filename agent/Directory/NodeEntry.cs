namespace FlowLake.Agent.Directory;

/// <summary>A node and where it stands.</summary>
public sealed record NodeEntry(string Name, string? Zone, string? ZoneId) : AddressHolder
{
    internal override int Rank => 2;
}
