using System.Net;
using System.Net.Sockets;
using System.Text;
using FlowLake.Demo.Pod.Counts;
using FlowLake.Demo.Pod.Documents;

namespace FlowLake.Demo.Pod;

/// <summary>The client's side of <see cref="BulkStream"/>: one connection, open until the stop; made again where it broke.</summary>
internal sealed class BulkReader(CallTarget target, int bytesPerSecond, TimeProvider time, PayloadTally tally)
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly byte[] buffer = new byte[128 * 1_024];

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (!await ReadAsync(stop))
                await Task.WhenAny(Task.Delay(Again, time, stop));
        }
    }

    private async Task<bool> ReadAsync(CancellationToken stop)
    {
        var endPoint = IPEndPoint.Parse(target.EndPoint);
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var connection = new CountedConnection(socket);
        try
        {
            await socket.ConnectAsync(endPoint, stop);
            await connection.SendAsync(Encoding.ASCII.GetBytes($"GET {BulkStream.Target(bytesPerSecond)} HTTP/1.1\r\nHost: {target.EndPoint}\r\n\r\n"));

            // At the stop our side ends; the server follows, and the loop reads what was under way.
            using var ending = stop.Register(connection.EndSending);
            while (await connection.ReceiveAsync(buffer) > 0)
            {
            }

            tally.Complete();
            return true;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        catch (SocketException)
        {
            tally.Fail();
            return false;
        }
        finally
        {
            tally.Add(target.Pod, "tcp", connection.Sent, connection.Received);
        }
    }
}
