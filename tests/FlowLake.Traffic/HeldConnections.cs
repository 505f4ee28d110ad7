using System.Net;
using System.Net.Sockets;

namespace FlowLake.Traffic;

/// <summary>Connections that rest half way, between two exchanges, until they are told to go on.</summary>
internal sealed class HeldConnections
{
    private const int MostBytes = 20_000;

    private readonly TaskCompletionSource resumed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task<Moved>[] calls;
    private readonly Task<Moved[]> paused;

    private HeldConnections(IPEndPoint server, int connections, int seed)
    {
        var random = new Random(seed);
        var pauses = Enumerable.Range(0, connections).Select(_ => new TaskCompletionSource<Moved>(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        calls = [.. pauses.Select((pause, index) => CallAsync(
            server,
            new Conversation.Head((Ending)(index % Conversation.Endings), random.Next(1, MostBytes), random.Next(1, MostBytes), Exchanges: 2),
            pause))];
        paused = Task.WhenAll(pauses.Select(pause => pause.Task));
    }

    /// <summary>Opens them, and gives what they moved when all of them rest.</summary>
    internal static async Task<(HeldConnections Held, Moved Moved)> OpenAsync(IPEndPoint server, int connections, int seed)
    {
        var held = new HeldConnections(server, connections, seed);
        if (await Task.WhenAny(held.paused, Task.WhenAny(held.calls).Unwrap()) != held.paused)
            throw new InvalidOperationException("a connection ended before it rested");
        return (held, (await held.paused).Aggregate((sum, moved) => sum + moved));
    }

    /// <summary>Ends them, and gives all that they moved since they were opened.</summary>
    internal async Task<Moved> ResumeAsync()
    {
        resumed.SetResult();
        return (await Task.WhenAll(calls)).Aggregate((sum, moved) => sum + moved);
    }

    private async Task<Moved> CallAsync(IPEndPoint server, Conversation.Head head, TaskCompletionSource<Moved> pause)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server);
        return await Conversation.CallAsync(socket, head, moved =>
        {
            pause.SetResult(moved);
            return resumed.Task;
        });
    }
}
