namespace FlowLake.Tests.Agent.Bpf;

/// <summary>IANA protocol numbers.</summary>
internal static class Protocols
{
    internal const byte Icmp = 1;
    internal const byte Tcp = 6;
    internal const byte Udp = 17;
}
