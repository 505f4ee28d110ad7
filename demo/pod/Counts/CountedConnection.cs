using System.Net.Sockets;

namespace FlowLake.Demo.Pod.Counts;

/// <summary>A TCP socket that knows what its calls returned.</summary>
/// <remarks>
/// No call here takes a cancellation token: a cancelled send does not say how much left the process, and then the counts of both ends differ.
/// Who must end a stuck call disposes the connection.
/// </remarks>
internal sealed class CountedConnection(Socket socket) : IDisposable
{
    public long Sent { get; private set; }

    public long Received { get; private set; }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int count = await socket.SendAsync(bytes, SocketFlags.None);
            Sent += count;
            bytes = bytes[count..];
        }
    }

    /// <returns>Bytes read; 0 at the end of what the peer sends.</returns>
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        int count = await socket.ReceiveAsync(buffer, SocketFlags.None);
        Received += count;
        return count;
    }

    /// <summary>Says that nothing more will be sent. Does nothing where the peer is gone already.</summary>
    public void EndSending()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The connection broke before: the next receive says so.
        }
        catch (ObjectDisposedException)
        {
            // The other side of a stop was faster.
        }
    }

    /// <summary>Ends sending and reads to the end: a socket closed with unread bytes would reset the connection and lose the peer's.</summary>
    public async Task FinishAsync(Memory<byte> buffer)
    {
        EndSending();
        while (await ReceiveAsync(buffer) > 0)
        {
        }
    }

    public void Dispose() => socket.Dispose();
}
