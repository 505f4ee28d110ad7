using System.Net;
using System.Net.Sockets;

namespace FlowLake.Traffic;

/// <summary>One of two that call each other at the same time, each from the port the other calls: nobody listens, and both are callers.</summary>
internal static class CrossingCaller
{
    internal static async Task<Moved> CallAsync(IPEndPoint own, IPEndPoint other, int sent, int received)
    {
        using var socket = new Socket(own.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(own);
        await socket.ConnectAsync(other);
        await Conversation.SendAsync(socket, sent);
        await Conversation.ReceiveAsync(socket, received);
        socket.Shutdown(SocketShutdown.Send);
        await Conversation.ExpectEndAsync(socket);
        return new Moved(sent, received);
    }
}
