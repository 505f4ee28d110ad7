using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FlowLake.Agent.Health;

/// <summary>Answers GET on /metrics, /healthz and /readyz, one request a connection.</summary>
/// <remarks>
/// A web server with its pools and threads is much to have on every node for three small answers. At most <see cref="ConnectionsMax"/> are answered at a time, the next ones wait in
/// the kernel's queue; each has <see cref="ConnectionTime"/> in all, and a request <see cref="RequestBytesMax"/>.
/// </remarks>
internal sealed class HealthServer : IAsyncDisposable
{
    public const int ConnectionsMax = 8;

    public const int RequestBytesMax = 8_192;

    public static readonly TimeSpan ConnectionTime = TimeSpan.FromSeconds(10);

    private readonly Socket listener;
    private readonly Func<string, HealthAnswer> answer;
    private readonly TimeProvider timeProvider;
    private readonly SemaphoreSlim places = new(ConnectionsMax);
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;

    private HealthServer(Socket listener, Func<string, HealthAnswer> answer, TimeProvider timeProvider)
    {
        this.listener = listener;
        this.answer = answer;
        this.timeProvider = timeProvider;
        accepting = AcceptAsync();
    }

    /// <summary>Where it listens, with the port it got.</summary>
    public IPEndPoint Address => (IPEndPoint)listener.LocalEndPoint!;

    /// <summary>Listens; disposing ends it.</summary>
    /// <param name="address">Where; port 0 for any that is free.</param>
    /// <param name="answer">The answer to a path without its query.</param>
    /// <param name="timeProvider">The clock of <see cref="ConnectionTime"/>.</param>
    /// <exception cref="IOException">The address is in use, or none of this machine.</exception>
    public static HealthServer Start(IPEndPoint address, Func<string, HealthAnswer> answer, TimeProvider timeProvider)
    {
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(address);
            listener.Listen(2 * ConnectionsMax);
            return new HealthServer(listener, answer, timeProvider);
        }
        catch (SocketException exception)
        {
            listener.Dispose();
            throw new IOException($"metrics listen: {address}: {exception.Message}; choose a free port, at an address of this machine", exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        // Whoever is being answered ends by the token; only then may what they use go.
        for (var place = 0; place < ConnectionsMax; place++)
            await places.WaitAsync();
        places.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await places.WaitAsync(stop.Token);
                Socket client;
                try
                {
                    client = await listener.AcceptAsync(stop.Token);
                }
                catch (SocketException)
                {
                    // The caller was gone before it was accepted, or the process is out of descriptors: neither may end the agent, nor spin.
                    places.Release();
                    await Task.Delay(TimeSpan.FromMilliseconds(100), timeProvider, stop.Token);
                    continue;
                }
                catch
                {
                    places.Release();
                    throw;
                }

                _ = ServeAsync(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // That is how it ends.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        // The caller goes on accepting, whatever this one needs.
        await Task.Yield();
        try
        {
            using (client)
            {
                using var bound = new CancellationTokenSource(ConnectionTime, timeProvider);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, stop.Token);
                var request = await ReadAsync(client, either.Token);
                if (request is not null)
                {
                    await SendAsync(client, HealthRequest.Answer(request, answer), either.Token);
                    await EndAsync(client, either.Token);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // The caller was too slow, or left: it asks again.
        }
        finally
        {
            places.Release();
        }
    }

    /// <summary>The request's head; null when the caller left before its end.</summary>
    private static async Task<string?> ReadAsync(Socket client, CancellationToken cancellationToken)
    {
        var buffer = new byte[RequestBytesMax];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await client.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
                return null;
            length += read;
            if (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) is >= 0 and var end)
                return Encoding.Latin1.GetString(buffer, 0, end);
        }

        return "";
    }

    private static async Task SendAsync(Socket client, byte[] bytes, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < bytes.Length;)
            sent += await client.SendAsync(bytes.AsMemory(sent), cancellationToken);
    }

    /// <summary>Waits for the caller to close: closing over bytes nobody read would reset the connection, and may take the answer with it.</summary>
    private static async Task EndAsync(Socket client, CancellationToken cancellationToken)
    {
        client.Shutdown(SocketShutdown.Send);
        var rest = new byte[1_024];
        for (var read = 0; read < RequestBytesMax;)
        {
            var more = await client.ReceiveAsync(rest, cancellationToken);
            if (more == 0)
                return;
            read += more;
        }
    }
}
