using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace FlowLake.Traffic;

/// <summary>
/// One socket that connects, talks, disconnects by connect(AF_UNSPEC), and does it all again: the kernel zeroes its counters and
/// keeps everything else. .NET's sockets cannot, so these are the C library's.
/// </summary>
internal static partial class ReconnectingCaller
{
    private const int InternetFamily = 2;
    private const int Stream = 1;
    private const int WaitForAll = 0x100;

    internal static Moved Call(IPEndPoint server, int toServer, int toClient)
    {
        var socket = Open(InternetFamily, Stream, 0);
        var address = new byte[16];
        address[0] = InternetFamily;
        BinaryPrimitives.WriteUInt16BigEndian(address.AsSpan(2), (ushort)server.Port);
        server.Address.TryWriteBytes(address.AsSpan(4), out _);
        try
        {
            return Once() + Once();
        }
        finally
        {
            _ = Close(socket);
        }

        Moved Once()
        {
            Check(Connect(socket, address, address.Length));
            // The server closes first, so nothing is under way when we disconnect.
            var head = Conversation.Write(new Conversation.Head(Ending.ServerCloses, toServer, toClient, Exchanges: 1));
            byte[] all = [.. head, .. new byte[toServer]];
            Check(Send(socket, all, (nuint)all.Length, 0) - all.Length);
            Check(Receive(socket, new byte[toClient], (nuint)toClient, WaitForAll) - toClient);
            Check(Receive(socket, new byte[1], 1, 0));
            Check(Connect(socket, new byte[16], 16));
            return new Moved(all.Length, toClient);
        }
    }

    private static void Check(nint result)
    {
        if (result != 0)
            throw new InvalidOperationException($"a call of the C library failed with error {Marshal.GetLastPInvokeError()}, result {result}");
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Open(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(int socket, byte[] address, int length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int socket, byte[] bytes, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(int socket, byte[] bytes, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int socket);
}
