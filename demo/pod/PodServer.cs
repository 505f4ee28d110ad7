using System.Net;
using System.Net.Sockets;
using FlowLake.Demo.Pod.Counts;
using FlowLake.Demo.Pod.Documents;

namespace FlowLake.Demo.Pod;

/// <summary>A server pod: HTTP that answers with its zone, a bulk stream, and a UDP echo, each on every address it listens on.</summary>
public sealed class PodServer
{
    private const int Backlog = 512;

    private readonly ServerDocument document;
    private readonly TimeProvider time;
    private readonly Action<string> log;
    private readonly PayloadTally tally = new();
    private readonly List<Socket> listeners = [];
    private readonly List<Socket> echoes = [];

    public PodServer(ServerDocument document, TimeProvider time, Action<string> log)
    {
        this.document = document;
        this.time = time;
        this.log = log;
    }

    /// <summary>Where HTTP is served, by <see cref="ServerDocument.Listen"/>; known once <see cref="Open"/> returned.</summary>
    public IReadOnlyList<IPEndPoint> HttpEndPoints => [.. listeners.Select(socket => (IPEndPoint)socket.LocalEndPoint!)];

    /// <summary>Where UDP is echoed, in the same order.</summary>
    public IReadOnlyList<IPEndPoint> UdpEndPoints => [.. echoes.Select(socket => (IPEndPoint)socket.LocalEndPoint!)];

    /// <summary>Opens every socket. From here on peers can connect.</summary>
    public void Open()
    {
        foreach (string text in document.Listen)
        {
            var address = IPAddress.Parse(text);
            var listener = NewSocket(address, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(address, document.HttpPort));
            listener.Listen(Backlog);
            listeners.Add(listener);

            var echo = NewSocket(address, SocketType.Dgram, ProtocolType.Udp);
            echo.Bind(new IPEndPoint(address, document.UdpPort));
            echoes.Add(echo);
        }
    }

    /// <summary>Serves until the token is cancelled, then lets every connection end and returns what was counted.</summary>
    public async Task<CountsDocument> RunAsync(CancellationToken stop)
    {
        if (listeners.Count == 0)
            Open();
        log($"ready: {document.Pod} in {document.Zone} listens on {string.Join(", ", HttpEndPoints)} and UDP {string.Join(", ", UdpEndPoints)}");

        var service = new ZoneService(document, time, tally);
        await Task.WhenAll(
        [
            .. listeners.Select(listener => service.ServeAsync(listener, stop)),
            .. echoes.Select(socket => new DatagramEcho(socket, document.Zone, tally).RunAsync(stop)),
        ]);

        var counts = tally.ToDocument(document.Pod, SocketDrops.Read());
        log($"stopped: {document.Pod} answered {counts.Completed} calls, {counts.Failed} broke");
        return counts;
    }

    private Socket NewSocket(IPAddress address, SocketType type, ProtocolType protocol)
    {
        var socket = new Socket(address.AddressFamily, type, protocol);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            socket.DualMode = document.DualStack;
        return socket;
    }
}
