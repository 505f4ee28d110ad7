using System.Net;
using System.Net.Sockets;

namespace FlowLake.Traffic;

/// <summary>Packets of a protocol without ports.</summary>
internal static class RawCaller
{
    /// <summary>A socket that takes what comes of the protocol.</summary>
    internal static Socket Open(ProtocolType protocol) => new(AddressFamily.InterNetwork, SocketType.Raw, protocol);

    internal static async Task<Moved> SendAsync(IPAddress address, ProtocolType protocol, int packets, int bytes)
    {
        using var socket = Open(protocol);
        var total = default(Moved);
        for (var packet = 0; packet < packets; packet++)
            total += new Moved(await socket.SendToAsync(new byte[bytes].AsMemory(), SocketFlags.None, new IPEndPoint(address, 0)), 0);
        return total;
    }
}
