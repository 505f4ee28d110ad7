using System.Net;
using System.Net.Sockets;

namespace FlowLake.Traffic;

/// <summary>Answers as each caller's head asks.</summary>
internal sealed class TcpServer : ITrafficServer
{
    private const int Backlog = 512;

    private readonly Socket[] listeners;
    private readonly Lock gate = new();
    private Moved moved;
    private int ended;
    private Exception? failure;

    /// <param name="first">Where to listen.</param>
    /// <param name="ports">On how many ports, from that one up.</param>
    internal TcpServer(IPEndPoint first, int ports) =>
        listeners = [.. Enumerable.Range(first.Port, ports).Select(port => Listen(new IPEndPoint(first.Address, port)))];

    public async Task<Moved> MovedAsync(int connections)
    {
        while (true)
        {
            lock (gate)
            {
                if (failure is not null)
                    throw new InvalidOperationException("a connection failed", failure);
                if (ended >= connections)
                    return moved;
            }
            await Task.Delay(5);
        }
    }

    public void Dispose()
    {
        foreach (var listener in listeners)
            listener.Dispose();
    }

    private Socket Listen(IPEndPoint endPoint)
    {
        var listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
            listener.DualMode = true;
        listener.Bind(endPoint);
        listener.Listen(Backlog);
        _ = AcceptAsync(listener);
        return listener;
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
            _ = ServeAsync(await listener.AcceptAsync());
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            Moved served;
            using (socket)
                served = await Conversation.ServeAsync(socket);
            lock (gate)
            {
                moved += served;
                ended++;
            }
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            lock (gate)
                failure = exception;
        }
    }
}
