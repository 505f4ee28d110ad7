using System.Net;
using System.Net.Sockets;

namespace FlowLake.Traffic;

internal static class DnsCaller
{
    /// <summary>Asks so many times for one name, each after the answer to the one before, if there is to be one. Counts queries and answers, not bytes.</summary>
    internal static async Task<Moved> AskAsync(IPEndPoint server, string name, ushort type, int times)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(server);
        var buffer = new byte[512];
        var total = default(Moved);
        for (var id = 1; id <= times; id++)
        {
            await socket.SendAsync(DnsMessage.Query((ushort)id, name, type).AsMemory(), SocketFlags.None);
            total += new Moved(1, 0);
            if (name.StartsWith(DnsMessage.Mute, StringComparison.Ordinal))
                continue;
            await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None);
            total += new Moved(0, 1);
        }

        return total;
    }

    /// <summary>Sends one query so many times, as a resolver does that gets no answer.</summary>
    internal static async Task<Moved> RepeatAsync(IPEndPoint server, string name, ushort type, int times)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(server);
        for (var time = 0; time < times; time++)
            await socket.SendAsync(DnsMessage.Query(7, name, type).AsMemory(), SocketFlags.None);
        return new Moved(times, 0);
    }

    /// <summary>Asks for so many names, each once.</summary>
    internal static async Task<Moved> ScatterAsync(IPEndPoint server, int names)
    {
        var total = default(Moved);
        for (var name = 0; name < names; name++)
            total += await AskAsync(server, $"name{name}.test", type: 1, times: 1);
        return total;
    }

    /// <summary>Sends bytes that are no query. Nobody need listen.</summary>
    internal static async Task<Moved> BabbleAsync(IPEndPoint server, int datagrams)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        for (var datagram = 0; datagram < datagrams; datagram++)
            await socket.SendToAsync(new byte[datagram], SocketFlags.None, server);
        return new Moved(datagrams, 0);
    }
}
