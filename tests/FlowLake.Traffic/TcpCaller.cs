using System.Net;
using System.Net.Sockets;

namespace FlowLake.Traffic;

internal static class TcpCaller
{
    private const int MostBytes = 20_000;

    /// <summary>Many short connections of random sizes, which end in so many ways by turns.</summary>
    internal static async Task<Moved> CallAsync(IPEndPoint server, int connections, int parallel, int seed, int endings)
    {
        var random = new Random(seed);
        var heads = Enumerable.Range(0, connections)
            .Select(index => new Conversation.Head((Ending)(index % endings), random.Next(MostBytes), random.Next(MostBytes), 1))
            .ToArray();
        var total = default(Moved);
        var gate = new Lock();
        await Parallel.ForEachAsync(heads, new ParallelOptions { MaxDegreeOfParallelism = parallel }, async (head, _) =>
        {
            var moved = await CallAsync(server, head);
            lock (gate)
                total += moved;
        });
        return total;
    }

    /// <summary>One long connection.</summary>
    internal static Task<Moved> StreamAsync(IPEndPoint server, int exchanges, int seed)
    {
        var random = new Random(seed);
        return CallAsync(server, new Conversation.Head(Ending.ClientCloses, random.Next(1, MostBytes), random.Next(1, MostBytes), exchanges));
    }

    /// <summary>One connection, a byte each way at a time.</summary>
    internal static Task<Moved> PingAsync(IPEndPoint server, int exchanges) =>
        CallAsync(server, new Conversation.Head(Ending.ClientCloses, ToServer: 1, ToClient: 1, exchanges));

    /// <summary>One short connection to each of so many ports from the given one up.</summary>
    internal static async Task<Moved> ScatterAsync(IPEndPoint first, int ports, int seed)
    {
        var total = default(Moved);
        for (var port = first.Port; port < first.Port + ports; port++)
            total += await CallAsync(new IPEndPoint(first.Address, port), connections: 1, parallel: 1, seed, Conversation.OrderlyEndings);
        return total;
    }

    /// <summary>One connection that cannot be, for that reason.</summary>
    internal static async Task<Moved> FailAsync(IPEndPoint server, SocketError reason)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(server);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == reason)
        {
            return default;
        }
        throw new InvalidOperationException($"{server} accepted");
    }

    internal static async Task<Moved> CallAsync(IPEndPoint server, Conversation.Head head, TimeSpan pause = default)
    {
        // Sent when written: an exchange is two small writes, and the second would wait for the first one's acknowledgement.
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server);
        return await Conversation.CallAsync(socket, head, pause > TimeSpan.Zero ? _ => Task.Delay(pause) : null);
    }
}
