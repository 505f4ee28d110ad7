using System.Net;
using System.Net.Sockets;

namespace FlowLake.Traffic;

/// <summary>A small DNS server: answers as the name's first label asks, see <see cref="DnsMessage.AnswerTo"/>.</summary>
internal sealed class DnsServer : ITrafficServer
{
    private readonly Socket socket;
    private Moved moved;

    internal DnsServer(IPEndPoint endPoint)
    {
        socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(endPoint);
        _ = AnswerAsync(new IPEndPoint(endPoint.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0));
    }

    public Task<Moved> MovedAsync(int connections) => Task.FromResult(moved);

    public void Dispose() => socket.Dispose();

    private async Task AnswerAsync(IPEndPoint any)
    {
        var buffer = new byte[512];
        while (true)
        {
            var query = await socket.ReceiveFromAsync(buffer.AsMemory(), SocketFlags.None, any);
            if (DnsMessage.AnswerTo(buffer.AsSpan(0, query.ReceivedBytes)) is { } answer)
                moved += new Moved(await socket.SendToAsync(answer.AsMemory(), SocketFlags.None, query.RemoteEndPoint), query.ReceivedBytes);
        }
    }
}
