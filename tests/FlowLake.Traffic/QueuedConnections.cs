using System.Net;
using System.Net.Sockets;

namespace FlowLake.Traffic;

/// <summary>A listener that never accepts, and callers that do not mind.</summary>
internal static class QueuedConnections
{
    private const int Backlog = 16;

    internal static Socket Listen(IPEndPoint endPoint)
    {
        var listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(endPoint);
        listener.Listen(Backlog);
        return listener;
    }

    /// <summary>Connects, and sends until all is acknowledged; the socket stays open.</summary>
    internal static async Task<Socket> PushAsync(IPEndPoint server, int bytes)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server);
        await socket.SendAsync(new byte[bytes].AsMemory(), SocketFlags.None);
        await Conversation.AcknowledgedAsync(socket);
        return socket;
    }
}
