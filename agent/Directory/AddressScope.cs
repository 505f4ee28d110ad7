namespace FlowLake.Agent.Directory;

/// <summary>What an address says of itself, whoever holds it.</summary>
/// <remarks>Source: the IANA special-purpose address registries for IPv4 and IPv6.</remarks>
internal static class AddressScope
{
    private static readonly AddressRange[] hostOnly = Ranges("127.0.0.0/8", "::1/128", "169.254.0.0/16", "fe80::/10", "224.0.0.0/24", "ff02::/16");

    // Answered by the cloud's hypervisor (metadata, time, names), never by a process of the node.
    private static readonly AddressRange[] cloudServices = Ranges("169.254.169.0/24");

    private static readonly AddressRange[] notPublic = Ranges(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3",
        "::/128", "fc00::/7", "ff00::/8");

    /// <summary>Loopback and link-local addresses: whatever answers there stands on the node itself or on its link.</summary>
    public static bool IsOfTheNode(AddressKey address) => In(hostOnly, address);

    /// <summary>Link-local addresses the cloud itself answers: they are the node by their place, but no agent sees a server there.</summary>
    public static bool IsOfTheCloud(AddressKey address) => In(cloudServices, address);

    /// <summary>Addresses that are routed in the internet, so that one that is not the cluster's is outside of it.</summary>
    public static bool IsPublic(AddressKey address) => !In(notPublic, address) && !In(hostOnly, address);

    private static bool In(AddressRange[] ranges, AddressKey address) => Array.Exists(ranges, range => range.Contains(address));

    private static AddressRange[] Ranges(params string[] ranges) => Array.ConvertAll(ranges, AddressRange.Parse);
}
