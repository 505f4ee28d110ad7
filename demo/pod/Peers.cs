using System.Net;

namespace FlowLake.Demo.Pod;

/// <summary>How a peer is named by its address.</summary>
internal static class Peers
{
    /// <summary>The address without port; an IPv4 peer of a dual-stack socket by its IPv4 address.</summary>
    public static string Name(EndPoint endPoint)
    {
        var address = ((IPEndPoint)endPoint).Address;
        return (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
    }
}
