using System.Net;
using System.Net.Sockets;

namespace FlowLake.Traffic;

/// <summary>Datagrams at a steady rate, each answered.</summary>
internal static class UdpLoad
{
    // Unanswered at most: so many fit into any socket's buffer, and none is ever dropped there.
    private const int OutstandingMost = 64;

    internal static async Task<Moved> CallAsync(IPEndPoint server, int perSecond, int seconds, int bytes)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server);
        using var room = new SemaphoreSlim(OutstandingMost);
        var answers = ReceiveAsync(socket, perSecond * seconds, bytes + 1, room);
        var datagram = new byte[bytes];
        long sent = 0;
        await foreach (var _ in Pace.CountAsync(perSecond, seconds))
        {
            await room.WaitAsync();
            sent += await socket.SendAsync(datagram.AsMemory(), SocketFlags.None);
        }

        return new Moved(sent, await answers);
    }

    private static async Task<long> ReceiveAsync(Socket socket, int datagrams, int bytes, SemaphoreSlim room)
    {
        var buffer = new byte[bytes];
        long received = 0;
        for (var datagram = 0; datagram < datagrams; datagram++)
        {
            received += await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None);
            room.Release();
        }

        return received;
    }
}
