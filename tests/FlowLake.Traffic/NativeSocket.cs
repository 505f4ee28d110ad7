using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace FlowLake.Traffic;

/// <summary>A stream socket of the C library's, for what .NET's do not offer. IPv4 alone; every call blocks.</summary>
internal sealed partial class NativeSocket : IDisposable
{
    internal const int Tcp = 6;
    internal const int MultipathTcp = 262;

    private const int InternetFamily = 2;
    private const int Stream = 1;
    private const int WaitForAll = 0x100;
    private const int FastOpen = 0x20000000;
    private const int ShutWrite = 1;
    private const int Backlog = 16;
    private const int AddressBytes = 16;

    private readonly int descriptor;

    internal NativeSocket(int protocol)
        : this(new Descriptor(Checked(Open(InternetFamily, Stream, protocol))))
    {
    }

    private NativeSocket(Descriptor descriptor) => this.descriptor = descriptor.Number;

    internal void Connect(IPEndPoint server) => Checked(Connect(descriptor, AddressOf(server), AddressBytes));

    /// <summary>By connect(AF_UNSPEC): the kernel zeroes the socket's counters and keeps everything else.</summary>
    internal void Disconnect() => Checked(Connect(descriptor, new byte[AddressBytes], AddressBytes));

    internal void Send(byte[] bytes) => CheckedLength(Send(descriptor, bytes, (nuint)bytes.Length, 0), bytes.Length);

    /// <summary>Connects with the first bytes in the SYN.</summary>
    internal void ConnectAndSend(IPEndPoint server, byte[] bytes) =>
        CheckedLength(SendTo(descriptor, bytes, (nuint)bytes.Length, FastOpen, AddressOf(server), AddressBytes), bytes.Length);

    internal void Receive(int count) => CheckedLength(Receive(descriptor, new byte[count], (nuint)count, WaitForAll), count);

    internal void ExpectEnd() => CheckedLength(Receive(descriptor, new byte[1], 1, 0), 0);

    internal void ShutdownSend() => Checked(Shutdown(descriptor, ShutWrite));

    internal void Listen(IPEndPoint endPoint)
    {
        Checked(Bind(descriptor, AddressOf(endPoint), AddressBytes));
        Checked(Listen(descriptor, Backlog));
    }

    internal NativeSocket Accept() => new(new Descriptor(Checked(Accept(descriptor, 0, 0))));

    public void Dispose() => _ = Close(descriptor);

    private readonly record struct Descriptor(int Number);

    private static byte[] AddressOf(IPEndPoint endPoint)
    {
        var address = new byte[AddressBytes];
        address[0] = InternetFamily;
        BinaryPrimitives.WriteUInt16BigEndian(address.AsSpan(2), (ushort)endPoint.Port);
        endPoint.Address.TryWriteBytes(address.AsSpan(4), out _);
        return address;
    }

    private static int Checked(int result) =>
        result >= 0 ? result : throw new InvalidOperationException($"a call of the C library failed with error {Marshal.GetLastPInvokeError()}");

    private static void CheckedLength(nint result, int expected)
    {
        if (result != expected)
            throw new InvalidOperationException($"a call of the C library gave {result} instead of {expected}, error {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Open(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(int socket, byte[] address, int length);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(int socket, byte[] address, int length);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    private static partial int Listen(int socket, int backlog);

    [LibraryImport("libc", EntryPoint = "accept", SetLastError = true)]
    private static partial int Accept(int socket, nint address, nint length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int socket, byte[] bytes, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    private static partial nint SendTo(int socket, byte[] bytes, nuint length, int flags, byte[] address, int addressLength);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(int socket, byte[] bytes, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int Shutdown(int socket, int how);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int socket);
}
