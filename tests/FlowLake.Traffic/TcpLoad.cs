using System.Net;
using System.Net.Sockets;

namespace FlowLake.Traffic;

/// <summary>
/// Short connections at a steady rate beside long ones, to several servers of consecutive addresses on several ports: the n-th connection goes to server n
/// modulo their number, and ends in the way that is next.
/// </summary>
/// <param name="first">The first server's first port.</param>
/// <param name="servers">How many addresses.</param>
/// <param name="ports">How many ports of each.</param>
/// <param name="seed">Decides the sizes.</param>
internal sealed class TcpLoad(IPEndPoint first, int servers, int ports, int seed)
{
    private const int MostBytes = 20_000;
    private const int KeptBytes = 200;
    private const int OpenAtMost = 512;
    private const int OpeningAtMost = 16;

    private readonly Random random = new(seed);
    private readonly IPEndPoint[] endPoints =
    [
        .. Enumerable.Range(0, servers * ports).Select(number => new IPEndPoint(Next(first.Address, number % servers), first.Port + (number / servers))),
    ];

    private long sent;
    private long received;
    private SocketException? failure;

    /// <summary>Opens the long ones, then runs the short ones; ends when all have.</summary>
    /// <param name="perSecond">Short connections.</param>
    /// <param name="seconds">For how long.</param>
    /// <param name="kept">Long connections.</param>
    /// <param name="pause">Between two exchanges of a long one.</param>
    internal async Task<Moved> RunAsync(int perSecond, int seconds, int kept, TimeSpan pause)
    {
        using var opening = new SemaphoreSlim(OpeningAtMost);
        var exchanges = kept == 0 ? 0 : 1 + (int)(TimeSpan.FromSeconds(seconds) / pause);
        var calls = Enumerable.Range(0, kept)
            .Select(number => KeepAsync(number, new Conversation.Head((Ending)(number % Conversation.Endings), KeptBytes, KeptBytes, exchanges), pause, opening))
            .ToList();
        using var open = new SemaphoreSlim(OpenAtMost);
        await foreach (var number in Pace.CountAsync(perSecond, seconds))
        {
            // Beyond so many the caller falls behind its rate, rather than its machine over.
            await open.WaitAsync();
            _ = ShortAsync(number, open);
        }

        for (var ended = 0; ended < OpenAtMost; ended++)
            await open.WaitAsync();
        await Task.WhenAll(calls);
        if (failure is not null)
            throw new InvalidOperationException("a short connection failed", failure);
        return new Moved(sent, received);
    }

    private async Task ShortAsync(int number, SemaphoreSlim open)
    {
        try
        {
            await CallAsync(number, new Conversation.Head((Ending)(number % Conversation.Endings), random.Next(MostBytes), random.Next(MostBytes), 1), TimeSpan.Zero);
        }
        catch (SocketException exception)
        {
            failure = exception;
        }
        finally
        {
            open.Release();
        }
    }

    private async Task KeepAsync(int number, Conversation.Head head, TimeSpan pause, SemaphoreSlim opening)
    {
        await opening.WaitAsync();
        var call = CallAsync(number, head, pause);
        // The next may open soon after; the listeners' queues are finite.
        await Task.Delay(1);
        opening.Release();
        await call;
    }

    private async Task CallAsync(int number, Conversation.Head head, TimeSpan pause)
    {
        var moved = await TcpCaller.CallAsync(endPoints[number % endPoints.Length], head, pause);
        Interlocked.Add(ref sent, moved.Sent);
        Interlocked.Add(ref received, moved.Received);
    }

    private static IPAddress Next(IPAddress address, int steps)
    {
        var bytes = address.GetAddressBytes();
        bytes[^1] = (byte)(bytes[^1] + steps);
        return new IPAddress(bytes);
    }
}
