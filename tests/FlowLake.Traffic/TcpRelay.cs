using System.Net;
using System.Net.Sockets;

namespace FlowLake.Traffic;

/// <summary>A proxy such as a sidecar: what it accepts it connects on, by sockets with a mark that the redirect to it leaves alone.</summary>
internal static class TcpRelay
{
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int MarkOption = 36; // SO_MARK
    private const int Backlog = 512;

    internal static void Serve(IPEndPoint endPoint, IPEndPoint target, int mark)
    {
        var listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(endPoint);
        listener.Listen(Backlog);
        _ = AcceptAsync(listener, target, mark);
    }

    private static async Task AcceptAsync(Socket listener, IPEndPoint target, int mark)
    {
        while (true)
            _ = RelayAsync(await listener.AcceptAsync(), target, mark);
    }

    private static async Task RelayAsync(Socket accepted, IPEndPoint target, int mark)
    {
        using var near = accepted;
        using var far = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        far.SetRawSocketOption(SocketLevel, MarkOption, BitConverter.GetBytes(mark));
        await far.ConnectAsync(target);
        await Task.WhenAll(CopyAsync(near, far), CopyAsync(far, near));
    }

    /// <summary>One direction to its end, which is handed on.</summary>
    private static async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReceiveAsync(buffer.AsMemory(), SocketFlags.None) is > 0 and var received)
            await Conversation.SendAsync(to, buffer.AsMemory(0, received));
        to.Shutdown(SocketShutdown.Send);
    }
}
