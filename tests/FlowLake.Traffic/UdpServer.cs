using System.Net;
using System.Net.Sockets;

namespace FlowLake.Traffic;

/// <summary>Sends each datagram's bytes back, and one more.</summary>
internal sealed class UdpServer : ITrafficServer
{
    private readonly Socket socket;
    private readonly Lock gate = new();
    private Moved moved;
    private int answered;

    internal UdpServer(IPEndPoint endPoint)
    {
        socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
            socket.DualMode = true;
        socket.Bind(endPoint);
        _ = AnswerAsync(endPoint.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any);
    }

    public async Task<Moved> MovedAsync(int connections)
    {
        while (true)
        {
            lock (gate)
                if (answered >= connections)
                    return moved;
            await Task.Delay(5);
        }
    }

    public void Dispose() => socket.Dispose();

    private async Task AnswerAsync(IPAddress any)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var received = await socket.ReceiveFromAsync(buffer.AsMemory(), SocketFlags.None, new IPEndPoint(any, 0));
            var sent = await socket.SendToAsync(buffer.AsMemory(0, received.ReceivedBytes + 1), SocketFlags.None, received.RemoteEndPoint);
            lock (gate)
            {
                moved += new Moved(sent, received.ReceivedBytes);
                answered++;
            }
        }
    }
}
