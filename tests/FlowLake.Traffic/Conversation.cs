using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace FlowLake.Traffic;

/// <summary>How a connection ends.</summary>
internal enum Ending : byte
{
    ClientCloses,
    ServerCloses,
    ClientHalfCloses,
    ClientResets,
    ServerResets,
}

/// <summary>
/// What both ends of a TCP connection agree on. The caller sends a head (how it ends, bytes each way, exchanges), then so many
/// times its bytes for the server's. Who resets first sends a byte, which acknowledges all that
/// came, and waits until it is acknowledged itself: what is under way when a reset comes is received by one end and never
/// acknowledged to the other.
/// </summary>
internal static partial class Conversation
{
    internal const int HeadBytes = 13;
    internal const int OrderlyEndings = 3;
    internal const int Endings = 5;
    private const int ChunkBytes = 64 * 1024;
    private const uint UnacknowledgedBytes = 0x5411; // TIOCOUTQ

    private static readonly TimeSpan resetWithin = TimeSpan.FromSeconds(3);

    internal readonly record struct Head(Ending Ending, int ToServer, int ToClient, int Exchanges);

    internal static byte[] Write(Head head)
    {
        var bytes = new byte[HeadBytes];
        bytes[0] = (byte)head.Ending;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), head.ToServer);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), head.ToClient);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(9), head.Exchanges);
        return bytes;
    }

    /// <param name="socket">Connected.</param>
    /// <param name="head">What to exchange, and how to end.</param>
    /// <param name="pause">Awaited before each exchange but the first, with what was moved until then.</param>
    internal static async Task<Moved> CallAsync(Socket socket, Head head, Func<Moved, Task>? pause = null)
    {
        await SendAsync(socket, Write(head));
        var moved = new Moved(HeadBytes, 0);
        for (var exchange = 0; exchange < head.Exchanges; exchange++)
        {
            if (exchange > 0 && pause is not null)
                await pause(moved);
            await SendAsync(socket, head.ToServer);
            if (head.Ending == Ending.ClientHalfCloses && exchange == head.Exchanges - 1)
                socket.Shutdown(SocketShutdown.Send);
            await ReceiveAsync(socket, head.ToClient);
            moved += new Moved(head.ToServer, head.ToClient);
        }
        switch (head.Ending)
        {
            case Ending.ServerCloses or Ending.ClientHalfCloses:
                await ExpectEndAsync(socket);
                break;
            case Ending.ClientResets:
                await SendAsync(socket, 1);
                await AcknowledgedAsync(socket);
                moved += new Moved(1, 0);
                socket.LingerState = new LingerOption(true, 0);
                break;
            case Ending.ServerResets:
                await SendAsync(socket, 1);
                await ReceiveAsync(socket, 1);
                moved += new Moved(1, 1);
                await ExpectResetAsync(socket);
                break;
        }
        return moved;
    }

    internal static async Task<Moved> ServeAsync(Socket socket)
    {
        var bytes = new byte[HeadBytes];
        await ReceiveAsync(socket, bytes);
        var ending = (Ending)bytes[0];
        var toServer = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1));
        var toClient = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(5));
        var exchanges = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(9));
        var moved = new Moved(0, HeadBytes);
        for (var exchange = 0; exchange < exchanges; exchange++)
        {
            await ReceiveAsync(socket, toServer);
            if (ending == Ending.ClientHalfCloses && exchange == exchanges - 1)
                await ExpectEndAsync(socket);
            await SendAsync(socket, toClient);
            moved += new Moved(toClient, toServer);
        }
        switch (ending)
        {
            case Ending.ClientCloses:
                await ExpectEndAsync(socket);
                break;
            case Ending.ClientResets:
                await ReceiveAsync(socket, 1);
                moved += new Moved(0, 1);
                await ExpectResetAsync(socket);
                break;
            case Ending.ServerResets:
                await ReceiveAsync(socket, 1);
                await SendAsync(socket, 1);
                await AcknowledgedAsync(socket);
                moved += new Moved(1, 1);
                socket.LingerState = new LingerOption(true, 0);
                break;
        }
        return moved;
    }

    internal static async Task SendAsync(Socket socket, int count)
    {
        var chunk = new byte[Math.Min(count, ChunkBytes)];
        for (var left = count; left > 0; left -= chunk.Length)
            await SendAsync(socket, chunk.AsMemory(0, Math.Min(left, chunk.Length)));
    }

    internal static async Task SendAsync(Socket socket, Memory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None)..];
    }

    internal static async Task ReceiveAsync(Socket socket, int count)
    {
        var chunk = new byte[Math.Min(count, ChunkBytes)];
        for (var left = count; left > 0; left -= Math.Min(left, chunk.Length))
            await ReceiveAsync(socket, chunk.AsMemory(0, Math.Min(left, chunk.Length)));
    }

    private static async Task ReceiveAsync(Socket socket, Memory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var received = await socket.ReceiveAsync(bytes, SocketFlags.None);
            bytes = received > 0 ? bytes[received..] : throw new EndOfStreamException("the peer closed too early");
        }
    }

    internal static async Task ExpectEndAsync(Socket socket, CancellationToken cancellationToken = default)
    {
        if (await socket.ReceiveAsync(new byte[1].AsMemory(), SocketFlags.None, cancellationToken) != 0)
            throw new InvalidDataException("more bytes than announced");
    }

    private static async Task ExpectResetAsync(Socket socket)
    {
        using var patience = new CancellationTokenSource(resetWithin);
        try
        {
            await ExpectEndAsync(socket, patience.Token);
            throw new InvalidDataException("an orderly end instead of a reset");
        }
        catch (OperationCanceledException)
        {
            // A reset that is lost on the way is not sent again. Closing is what is left.
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
        }
    }

    internal static async Task AcknowledgedAsync(Socket socket)
    {
        while (true)
        {
            if (Control((int)socket.SafeHandle.DangerousGetHandle(), UnacknowledgedBytes, out var left) != 0)
                throw new InvalidOperationException("TIOCOUTQ failed");
            if (left == 0)
                return;
            await Task.Delay(1);
        }
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int descriptor, nuint request, out int value);
}
