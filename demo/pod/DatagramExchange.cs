using System.Net;
using System.Net.Sockets;
using FlowLake.Demo.Pod.Counts;

namespace FlowLake.Demo.Pod;

/// <summary>Sends one to three datagrams at a time to one server and awaits an answer to each, so that few are under way at once.</summary>
internal sealed class DatagramExchange(string pod, IPEndPoint server, double exchangesPerSecond, Random random, TimeProvider time, PayloadTally tally)
{
    private const int BurstMax = 3;
    private const int DatagramBytesMax = 1_200;

    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(10);

    private readonly byte[] outgoing = new byte[DatagramBytesMax];
    private readonly byte[] incoming = new byte[DatagramEcho.DatagramBytesMax + 64];

    private long sent;
    private long received;

    public async Task RunAsync(CancellationToken stop)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.ReceiveBufferSize = DatagramEcho.ReceiveBufferBytes;
        await socket.ConnectAsync(server, CancellationToken.None);
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1 / exchangesPerSecond), time);
        while (await Pace.NextAsync(pace, stop))
        {
            int count = random.Next(1, BurstMax + 1);
            if (await SendAsync(socket, count) && await ReceiveAsync(socket, count, AnswerPatience))
                tally.Complete();
        }

        // The last chance of an answer: one that comes to a closed socket is counted by its sender alone.
        await ReceiveAsync(socket, sent - received, LastPatience);
        tally.MissDatagrams(sent - received);
    }

    private async Task<bool> SendAsync(Socket socket, int count)
    {
        try
        {
            for (; count > 0; count--)
            {
                int bytes = await socket.SendAsync(outgoing.AsMemory(0, random.Next(1, DatagramBytesMax + 1)), SocketFlags.None);
                tally.Add(pod, "udp", bytes, received: 0);
                sent++;
            }

            return true;
        }
        catch (SocketException)
        {
            tally.Fail();
            return false;
        }
    }

    /// <returns>False where some are still missing when the patience is over. They are counted whenever they come.</returns>
    private async Task<bool> ReceiveAsync(Socket socket, long count, TimeSpan wait)
    {
        using var patience = new CancellationTokenSource(wait, time);
        try
        {
            for (; count > 0; count--)
            {
                int bytes = await socket.ReceiveAsync(incoming, SocketFlags.None, patience.Token);
                tally.Add(pod, "udp", sent: 0, bytes);
                received++;
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (SocketException)
        {
            tally.Fail();
            return false;
        }
    }
}
