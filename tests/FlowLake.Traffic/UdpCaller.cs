using System.Net;
using System.Net.Sockets;

namespace FlowLake.Traffic;

internal static class UdpCaller
{
    private const int MostBytes = 9_000; // Above the interface's 1,500, so that some are cut into fragments.

    /// <summary>Waits for each answer, so that no socket's buffer overflows. Half of the datagrams come from a new port.</summary>
    internal static async Task<Moved> CallAsync(IPEndPoint server, int datagrams, int seed)
    {
        var random = new Random(seed);
        var total = default(Moved);
        var buffer = new byte[MostBytes + 1];
        using var kept = Connect(server);
        for (var index = 0; index < datagrams; index++)
        {
            using var fresh = Connect(server);
            var socket = index % 2 == 0 ? kept : fresh;
            var sent = await socket.SendAsync(buffer.AsMemory(0, random.Next(MostBytes)), SocketFlags.None);
            var received = await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None);
            total += new Moved(sent, received);
        }
        return total;
    }

    /// <summary>Datagrams of many segments, which the kernel cuts as late as it can (UDP_SEGMENT). Each segment is answered.</summary>
    internal static async Task<Moved> SegmentsAsync(IPEndPoint server, int datagrams, int segments, int bytes)
    {
        const int udpOptions = 17;
        const int segmentSize = 103;
        using var socket = Connect(server);
        socket.SetRawSocketOption(udpOptions, segmentSize, BitConverter.GetBytes(bytes));
        var total = default(Moved);
        var answer = new byte[bytes + 1];
        for (var datagram = 0; datagram < datagrams; datagram++)
        {
            total += new Moved(await socket.SendAsync(new byte[bytes * segments].AsMemory(), SocketFlags.None), 0);
            for (var segment = 0; segment < segments; segment++)
                total += new Moved(0, await socket.ReceiveAsync(answer.AsMemory(), SocketFlags.None));
        }
        return total;
    }

    /// <summary>One datagram behind a header of destination options, which holds padding alone; its answer comes without.</summary>
    internal static async Task<Moved> WithOptionsAsync(IPEndPoint server, int bytes)
    {
        const int ipv6Options = 41;
        const int destinationOptions = 59;
        using var socket = Connect(server);
        socket.SetRawSocketOption(ipv6Options, destinationOptions, [0, 0, 1, 4, 0, 0, 0, 0]);
        var sent = await socket.SendAsync(new byte[bytes].AsMemory(), SocketFlags.None);
        return new Moved(sent, await socket.ReceiveAsync(new byte[bytes + 1].AsMemory(), SocketFlags.None));
    }

    /// <summary>One datagram to each of so many ports from the given one up. Nobody need listen there; what a firewall refuses is not sent.</summary>
    internal static async Task<Moved> ScatterAsync(IPEndPoint first, int ports, int bytes)
    {
        using var socket = new Socket(first.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        var total = default(Moved);
        for (var port = first.Port; port < first.Port + ports; port++)
        {
            try
            {
                total += new Moved(await socket.SendToAsync(new byte[bytes].AsMemory(), SocketFlags.None, new IPEndPoint(first.Address, port)), 0);
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AccessDenied)
            {
            }
        }
        return total;
    }

    private static Socket Connect(IPEndPoint server)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(server);
        return socket;
    }
}
