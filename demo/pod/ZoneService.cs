using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using FlowLake.Demo.Pod.Counts;
using FlowLake.Demo.Pod.Documents;
using FlowLake.Demo.Pod.Http;

namespace FlowLake.Demo.Pod;

/// <summary>The HTTP service of a server pod.</summary>
internal sealed class ZoneService(ServerDocument document, TimeProvider time, PayloadTally tally)
{
    /// <summary>Connections served at once by one listener; more wait in the kernel's queue.</summary>
    private const int ConnectionsMax = 256;

    /// <summary>How long a stop waits for peers to end their connections, and then again for them to follow ours.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly string filler = new('.', 1_024);

    /// <summary>Accepts and answers until stopped, then until the open connections have ended.</summary>
    public async Task ServeAsync(Socket listener, CancellationToken stop)
    {
        var open = new ConcurrentDictionary<CountedConnection, Task>();
        using var room = new SemaphoreSlim(ConnectionsMax);
        try
        {
            while (true)
            {
                await room.WaitAsync(stop);
                var socket = await listener.AcceptAsync(stop);
                socket.NoDelay = true;
                string peer = Peers.Name(socket.RemoteEndPoint!);
                var connection = new CountedConnection(socket);
                // The entry stands before the work starts, so that the work can take it away again.
                var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                open[connection] = HandleAsync(connection, peer, begin.Task, () =>
                {
                    open.TryRemove(connection, out _);
                    room.Release();
                }, stop);
                begin.SetResult();
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to stop: what is open ends below.
        }

        listener.Dispose();
        await EndAsync(open);
    }

    private async Task EndAsync(ConcurrentDictionary<CountedConnection, Task> open)
    {
        if (await AllDoneAsync(open))
            return;
        foreach (var connection in open.Keys)
            connection.EndSending();
        if (await AllDoneAsync(open))
            return;
        foreach (var connection in open.Keys)
            connection.Dispose();
        await Task.WhenAll(open.Values);
    }

    private async Task<bool> AllDoneAsync(ConcurrentDictionary<CountedConnection, Task> open)
    {
        var all = Task.WhenAll(open.Values);
        await Task.WhenAny(all, Task.Delay(Patience, time));
        return all.IsCompleted;
    }

    private async Task HandleAsync(CountedConnection connection, string peer, Task begin, Action done, CancellationToken stop)
    {
        await begin;
        try
        {
            var reader = new HttpReader(connection);
            while (await reader.ReadHeadAsync() is { } head)
            {
                await reader.SkipAsync(head.ContentLength);
                if (head.Target.StartsWith(BulkStream.Path, StringComparison.Ordinal))
                {
                    await BulkStream.SendAsync(connection, document.Pod, head.Target, time);
                    tally.Complete();
                    break;
                }

                bool last = head.WantsClose || stop.IsCancellationRequested;
                await connection.SendAsync(Answer(head, last));
                tally.Complete();
                if (last)
                    break;
            }

            await connection.FinishAsync(reader.Scratch);
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException or InvalidDataException)
        {
            tally.Fail();
        }
        finally
        {
            tally.Add(peer, "tcp", connection.Sent, connection.Received);
            connection.Dispose();
            done();
        }
    }

    // The body is a few hundred to more than a thousand bytes, by the length of what was asked: no two pairs look alike, and a run can be repeated.
    private byte[] Answer(HttpHead head, bool last)
    {
        int fill = head.Target.Length * 7919 % filler.Length;
        string body = $$"""{"zone":"{{document.Zone}}","node":"{{document.Node}}","pod":"{{document.Pod}}","message":"Hello from {{document.Zone}}","fill":"{{filler.AsSpan(0, fill)}}"}""";
        return Encoding.ASCII.GetBytes(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" +
            $"X-Pod: {document.Pod}\r\nX-Zone: {document.Zone}\r\nContent-Length: {body.Length}\r\nConnection: {(last ? "close" : "keep-alive")}\r\n\r\n{body}");
    }
}
