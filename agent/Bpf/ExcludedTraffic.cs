namespace FlowLake.Agent.Bpf;

/// <summary>What pods of a namespace moved while it was decided that they are not observed, absolute since the set of pins was created.</summary>
/// <param name="Namespace">The namespace; null for all those that found no number (see <see cref="ExcludedCgroups"/>).</param>
/// <param name="Connections">TCP connections that closed.</param>
/// <param name="Packets">Packets of UDP and every other protocol that is not TCP.</param>
/// <param name="Bytes">Payload of both directions, of TCP and the rest.</param>
public sealed record ExcludedTraffic(string? Namespace, long Connections, long Packets, long Bytes);
