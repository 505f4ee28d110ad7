using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FlowLake.Traffic;

// Reads one command a line, answers each with one line: "ok sent received", or "error" and why. Ends with its input.
var servers = new Dictionary<IPEndPoint, ITrafficServer>();
var kept = new List<Socket>();
var listening = new Dictionary<IPEndPoint, Socket>();
var held = new Dictionary<IPEndPoint, HeldConnections>();
while (Console.ReadLine() is { } line)
{
    try
    {
        var moved = await RunAsync(line.Split(' '));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ok {moved.Sent} {moved.Received}"));
    }
    catch (Exception exception) when (exception is not OutOfMemoryException)
    {
        Console.WriteLine($"error {exception.ToString().ReplaceLineEndings(" ")}");
    }
}

async Task<Moved> RunAsync(string[] words)
{
    var endPoint = new IPEndPoint(IPAddress.Parse(words[1]), Number(2));
    switch (words[0])
    {
        case "tcp-serve":
            servers.Add(endPoint, new TcpServer(endPoint, ports: words.Length > 3 ? Number(3) : 1));
            return default;
        case "udp-serve":
            servers.Add(endPoint, new UdpServer(endPoint));
            return default;
        case "served":
            return await servers[endPoint].MovedAsync(connections: Number(3));
        case "tcp-call":
            return await TcpCaller.CallAsync(endPoint, connections: Number(3), parallel: Number(4), seed: Number(5), Conversation.Endings);
        case "tcp-orderly":
            return await TcpCaller.CallAsync(endPoint, connections: Number(3), parallel: Number(4), seed: Number(5), Conversation.OrderlyEndings);
        case "tcp-reconnect":
            return ReconnectingCaller.Call(endPoint, toServer: Number(3), toClient: Number(4));
        case "tcp-stream":
            return await TcpCaller.StreamAsync(endPoint, exchanges: Number(3), seed: Number(4));
        case "tcp-load":
            return await new TcpLoad(endPoint, servers: Number(3), ports: Number(4), seed: Number(5))
                .RunAsync(perSecond: Number(6), seconds: Number(7), kept: Number(8), TimeSpan.FromMilliseconds(Number(9)));
        case "tcp-ping":
            return await TcpCaller.PingAsync(endPoint, exchanges: Number(3));
        case "tcp-cross":
            return await CrossingCaller.CallAsync(endPoint, new IPEndPoint(IPAddress.Parse(words[3]), Number(4)), sent: Number(5), received: Number(6));
        case "tcp-fail":
            return await TcpCaller.FailAsync(endPoint, (SocketError)Number(3));
        case "tcp-hold":
            (var resting, var moved) = await HeldConnections.OpenAsync(endPoint, connections: Number(3), seed: Number(4));
            held.Add(endPoint, resting);
            return moved;
        case "tcp-resume":
            return await held[endPoint].ResumeAsync();
        case "tcp-queue":
            listening.Add(endPoint, QueuedConnections.Listen(endPoint));
            return default;
        case "tcp-unqueue":
            listening[endPoint].Dispose();
            return default;
        case "tcp-push":
            kept.Add(await QueuedConnections.PushAsync(endPoint, bytes: Number(3)));
            return new Moved(Number(3), 0);
        case "tcp-fastopen":
            return FastOpenCaller.Call(endPoint, toServer: Number(3), toClient: Number(4));
        case "mptcp-serve":
            MultipathTraffic.Serve(endPoint, toServer: Number(3), toClient: Number(4));
            return default;
        case "mptcp-call":
            return MultipathTraffic.Call(endPoint, toServer: Number(3), toClient: Number(4));
        case "tcp-scatter":
            return await TcpCaller.ScatterAsync(endPoint, ports: Number(3), seed: Number(4));
        case "tcp-relay":
            TcpRelay.Serve(endPoint, new IPEndPoint(IPAddress.Parse(words[3]), Number(4)), mark: Number(5));
            return default;
        case "udp-call":
            return await UdpCaller.CallAsync(endPoint, datagrams: Number(3), seed: Number(4));
        case "udp-load":
            return await UdpLoad.CallAsync(endPoint, perSecond: Number(3), seconds: Number(4), bytes: Number(5));
        case "udp-segments":
            return await UdpCaller.SegmentsAsync(endPoint, datagrams: Number(3), segments: Number(4), bytes: Number(5));
        case "udp-options":
            return await UdpCaller.WithOptionsAsync(endPoint, bytes: Number(3));
        case "raw-serve":
            kept.Add(RawCaller.Open((ProtocolType)Number(2)));
            return default;
        case "raw-send":
            return await RawCaller.SendAsync(endPoint.Address, (ProtocolType)Number(2), packets: Number(3), bytes: Number(4));
        case "udp-scatter":
            return await UdpCaller.ScatterAsync(endPoint, ports: Number(3), bytes: Number(4));
        case "dns-serve":
            servers.Add(endPoint, new DnsServer(endPoint));
            return default;
        case "dns-ask":
            return await DnsCaller.AskAsync(endPoint, name: words[3], type: (ushort)Number(4), times: Number(5));
        case "dns-repeat":
            return await DnsCaller.RepeatAsync(endPoint, name: words[3], type: (ushort)Number(4), times: Number(5));
        case "dns-scatter":
            return await DnsCaller.ScatterAsync(endPoint, names: Number(3));
        case "dns-babble":
            return await DnsCaller.BabbleAsync(endPoint, datagrams: Number(3));
        default:
            throw new ArgumentException($"unknown command {words[0]}");
    }

    int Number(int index) => int.Parse(words[index], CultureInfo.InvariantCulture);
}
