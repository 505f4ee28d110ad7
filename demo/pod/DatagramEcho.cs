using System.Net;
using System.Net.Sockets;
using System.Text;
using FlowLake.Demo.Pod.Counts;

namespace FlowLake.Demo.Pod;

/// <summary>Answers every datagram with its bytes and the zone behind them.</summary>
internal sealed class DatagramEcho(Socket socket, string zone, PayloadTally tally)
{
    /// <summary>Asked of the kernel, which grants at most <c>net.core.rmem_max</c>: far more than the clients have under way at once.</summary>
    public const int ReceiveBufferBytes = 4 * 1_024 * 1_024;

    /// <summary>The longest datagram sent or expected: no fragments at an MTU of 1,500, over IPv6 either.</summary>
    public const int DatagramBytesMax = 1_400;

    private readonly byte[] suffix = Encoding.ASCII.GetBytes(zone);
    private readonly byte[] buffer = new byte[DatagramBytesMax + 64];

    public async Task RunAsync(CancellationToken stop)
    {
        socket.ReceiveBufferSize = ReceiveBufferBytes;
        var any = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        while (true)
        {
            try
            {
                // What waits in the socket when the stop comes is still answered.
                var wait = socket.Available > 0 ? CancellationToken.None : stop;
                var received = await socket.ReceiveFromAsync(buffer.AsMemory(0, DatagramBytesMax), SocketFlags.None, any, wait);
                await AnswerAsync(received);
            }
            catch (OperationCanceledException) when (socket.Available == 0)
            {
                break;
            }
            catch (OperationCanceledException)
            {
                // A datagram came together with the stop: one more round takes it.
            }
            catch (SocketException)
            {
                tally.Fail();
            }
        }

        socket.Dispose();
    }

    private async Task AnswerAsync(SocketReceiveFromResult received)
    {
        string peer = Peers.Name(received.RemoteEndPoint);
        tally.Add(peer, "udp", sent: 0, received.ReceivedBytes);
        suffix.CopyTo(buffer.AsSpan(received.ReceivedBytes));
        try
        {
            int sent = await socket.SendToAsync(buffer.AsMemory(0, received.ReceivedBytes + suffix.Length), SocketFlags.None, received.RemoteEndPoint);
            tally.Add(peer, "udp", sent, received: 0);
            tally.Complete();
        }
        catch (SocketException)
        {
            tally.Fail();
        }
    }
}
