using System.Net.Sockets;

namespace FlowLake.Demo.Machine;

/// <summary>Held by the one demo of a prefix that runs on this machine.</summary>
/// <remarks>A name in the kernel's abstract socket namespace: it goes with its holder, also after kill -9, and leaves no file.</remarks>
public sealed class DemoLock : IDisposable
{
    /// <summary>A process that is just being started holds copies of all sockets of its parent for a moment, also of one that was closed meanwhile.</summary>
    private const int TriesMax = 10;

    private static readonly TimeSpan TryAfter = TimeSpan.FromMilliseconds(50);

    private readonly Socket socket;

    private DemoLock(Socket socket) => this.socket = socket;

    /// <returns>Null where another demo holds it.</returns>
    public static async Task<DemoLock?> TryTakeAsync(string prefix, TimeProvider time)
    {
        for (int tries = 1; ; tries++)
        {
            if (TryTake(prefix) is { } taken)
                return taken;
            if (tries == TriesMax)
                return null;
            await Task.Delay(TryAfter, time);
        }
    }

    public void Dispose() => socket.Dispose();

    private static DemoLock? TryTake(string prefix)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint("\0" + prefix));
            return new DemoLock(socket);
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            return null;
        }
    }
}
