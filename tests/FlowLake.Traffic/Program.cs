using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FlowLake.Traffic;

// Reads one command a line, answers each with one line: "ok sent received", or "error" and why. Ends with its input.
var servers = new Dictionary<IPEndPoint, ITrafficServer>();
var raw = new List<Socket>();
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
        case "tcp-refused":
            return await TcpCaller.RefusedAsync(endPoint);
        case "tcp-scatter":
            return await TcpCaller.ScatterAsync(endPoint, ports: Number(3), seed: Number(4));
        case "udp-call":
            return await UdpCaller.CallAsync(endPoint, datagrams: Number(3), seed: Number(4));
        case "udp-load":
            return await UdpLoad.CallAsync(endPoint, perSecond: Number(3), seconds: Number(4), bytes: Number(5));
        case "udp-segments":
            return await UdpCaller.SegmentsAsync(endPoint, datagrams: Number(3), segments: Number(4), bytes: Number(5));
        case "udp-options":
            return await UdpCaller.WithOptionsAsync(endPoint, bytes: Number(3));
        case "raw-serve":
            raw.Add(RawCaller.Open((ProtocolType)Number(2)));
            return default;
        case "raw-send":
            return await RawCaller.SendAsync(endPoint.Address, (ProtocolType)Number(2), packets: Number(3), bytes: Number(4));
        case "udp-scatter":
            return await UdpCaller.ScatterAsync(endPoint, ports: Number(3), bytes: Number(4));
        default:
            throw new ArgumentException($"unknown command {words[0]}");
    }

    int Number(int index) => int.Parse(words[index], CultureInfo.InvariantCulture);
}
