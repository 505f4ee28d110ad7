using System.Globalization;

namespace FlowLake.Schemas.Flows;

/// <summary>Names of IP protocols as the table writes them: the keyword of the IANA registry in lower case.</summary>
/// <remarks>Source: https://www.iana.org/assignments/protocol-numbers. A protocol without a name here is its number in decimal digits.</remarks>
public static class FlowProtocol
{
    public const byte Icmp = 1;
    public const byte Tcp = 6;
    public const byte Udp = 17;
    public const byte IcmpV6 = 58;
    public const byte Sctp = 132;

    public static string Name(byte protocol) => protocol switch
    {
        Icmp => "icmp",
        Tcp => "tcp",
        Udp => "udp",
        IcmpV6 => "ipv6-icmp",
        Sctp => "sctp",
        _ => protocol.ToString(CultureInfo.InvariantCulture),
    };
}
