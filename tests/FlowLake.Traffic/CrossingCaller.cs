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
        var buffer = new byte[received];
        await socket.SendAsync(new byte[sent].AsMemory(), SocketFlags.None);
        for (var count = 0; count < received;)
            count += await socket.ReceiveAsync(buffer.AsMemory(count), SocketFlags.None) is > 0 and var more ? more : throw new InvalidOperationException($"{other} ended after {count} bytes");
        socket.Shutdown(SocketShutdown.Send);
        if (await socket.ReceiveAsync(new byte[1].AsMemory(), SocketFlags.None) != 0)
            throw new InvalidOperationException($"{other} sent more than it should");
        return new Moved(sent, received);
    }
}
