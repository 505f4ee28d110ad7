using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace FlowLake.Tests.Lake.Objects;

/// <summary>What a <see cref="FaultProxy"/> does to a request.</summary>
public enum Fault
{
    /// <summary>The server carries the request out; the client's connection is reset instead of an answer.</summary>
    CutAfterwards,

    /// <summary>The server carries the request out; the client is told 500.</summary>
    ServerErrorAfterwards,

    /// <summary>The server carries the request out; the client never hears of it.</summary>
    SilenceAfterwards,

    /// <summary>The server never sees the request; the client waits for an answer that never comes.</summary>
    SilenceInstead,

    /// <summary>The server never sees the request; the client is told 500.</summary>
    ServerErrorInstead,

    /// <summary>The server never sees the request; the client is told 503, to slow down.</summary>
    SlowDownInstead,

    /// <summary>The client gets the answer with a length in its head that is one byte short.</summary>
    LengthTooShort,

    /// <summary>The server carries the request out; the client gets the first bytes of the answer's head, then its connection is reset.</summary>
    CutWithinHead,

    /// <summary>The client gets the answer's head and the beginning of its body, then its connection ends.</summary>
    CutWithinBody,

    /// <summary>The client gets the answer's head and the beginning of its body, and nothing more.</summary>
    SilenceWithinBody,
}

/// <summary>
/// Stands between HTTP clients and a real server and makes answers lie. It passes bytes as they are, so signatures stay good; for clients that wait for an
/// answer before the next request on a connection, as all do that it is meant for.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private const int BufferBytes = 64 << 10;

    private readonly Uri server;
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentBag<Task> connections = [];
    private readonly ConcurrentQueue<string> requests = new();
    private readonly List<(Func<string, bool> Matches, Fault Fault)> faults = [];
    private readonly Task accepting;

    public FaultProxy(Uri server)
    {
        this.server = server;
        listener.Start();
        Endpoint = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        accepting = AcceptAsync();
    }

    public Uri Endpoint { get; }

    /// <summary>The request lines seen, such as <c>PUT /bucket/key HTTP/1.1</c>, in order.</summary>
    public IReadOnlyCollection<string> Requests => requests;

    /// <summary>How many connections clients have made.</summary>
    public int Connections => connections.Count;

    /// <summary>Spoils the next request whose line matches; injected twice, the next two.</summary>
    public void Inject(Fault fault, Func<string, bool> matches)
    {
        lock (faults)
            faults.Add((matches, fault));
    }

    /// <summary>Requests to come are passed as they are.</summary>
    public void Heal()
    {
        lock (faults)
            faults.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
        await Task.WhenAll(connections);
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                connections.Add(ServeAsync(await listener.AcceptTcpClientAsync(stopping.Token)));
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient _ = client;
        using var upstream = new TcpClient();
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        try
        {
            await upstream.ConnectAsync(server.Host, server.Port, closing.Token);
            var exchange = new Exchange(client, client.GetStream(), upstream.GetStream());
            await await Task.WhenAny(PassRequestsAsync(exchange, closing.Token), PassAnswersAsync(exchange, closing.Token));
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // Either side has closed, or we have.
        }
        await closing.CancelAsync();
    }

    private async Task PassRequestsAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[BufferBytes];
        while (await exchange.Client.ReadAsync(buffer, cancellationToken) is > 0 and int count)
        {
            if (exchange.Answered)
                exchange.Begin(FaultFor(Encoding.Latin1.GetString(buffer, 0, count).Split("\r\n")[0]));
            if (exchange.Fault is Fault.ServerErrorInstead or Fault.SlowDownInstead)
            {
                await AnswerServerErrorAsync(exchange, cancellationToken);
                return;
            }

            if (exchange.Fault == Fault.SilenceInstead)
                continue;
            await exchange.Server.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }

    private static async Task PassAnswersAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[BufferBytes];
        while (await exchange.Server.ReadAsync(buffer, cancellationToken) is > 0 and int count)
        {
            int start = LengthOfContinue(buffer.AsSpan(0, count));
            await exchange.Client.WriteAsync(buffer.AsMemory(0, start), cancellationToken);
            if (start == count)
                continue;
            exchange.Answered = true;
            switch (exchange.Fault)
            {
                case Fault.CutAfterwards:
                    Reset(exchange.Connection);
                    return;
                case Fault.ServerErrorAfterwards:
                    await AnswerServerErrorAsync(exchange, cancellationToken);
                    return;
                case Fault.SilenceAfterwards:
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                    return;
                case Fault.CutWithinHead:
                    await exchange.Client.WriteAsync(buffer.AsMemory(start, Math.Min(count - start, 10)), cancellationToken);
                    Reset(exchange.Connection);
                    return;
                case Fault.LengthTooShort:
                    await exchange.Client.WriteAsync(Shortened(buffer.AsSpan(start, count - start)), cancellationToken);
                    break;
                case Fault.CutWithinBody when HoldsBody(buffer.AsSpan(start, count - start)):
                    await exchange.Client.WriteAsync(buffer.AsMemory(start, count - start), cancellationToken);
                    return;
                case Fault.SilenceWithinBody when HoldsBody(buffer.AsSpan(start, count - start)):
                    await exchange.Client.WriteAsync(buffer.AsMemory(start, count - start - 1), cancellationToken);
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                    return;
                default:
                    await exchange.Client.WriteAsync(buffer.AsMemory(start, count - start), cancellationToken);
                    break;
            }
        }
    }

    private Fault? FaultFor(string requestLine)
    {
        requests.Enqueue(requestLine);
        lock (faults)
        {
            int index = faults.FindIndex(fault => fault.Matches(requestLine));
            if (index < 0)
                return null;
            Fault found = faults[index].Fault;
            faults.RemoveAt(index);
            return found;
        }
    }

    /// <summary>"100 Continue" asks for the body; the answer proper comes after it.</summary>
    private static int LengthOfContinue(ReadOnlySpan<byte> answer) =>
        answer.StartsWith("HTTP/1.1 100"u8) ? answer.IndexOf("\r\n\r\n"u8) + 4 : 0;

    /// <summary>Whether bytes follow the head, or the head came with earlier ones.</summary>
    private static bool HoldsBody(ReadOnlySpan<byte> answer) => !answer.StartsWith("HTTP/"u8) || answer.IndexOf("\r\n\r\n"u8) + 4 < answer.Length;

    // As many digits as before, so that nothing else moves; an answer without a body stays as it is.
    private static byte[] Shortened(ReadOnlySpan<byte> answer)
    {
        string text = Encoding.Latin1.GetString(answer);
        Match length = Regex.Match(text, @"(?<=\r\nContent-Length: )\d+", RegexOptions.IgnoreCase);
        if (length.Success && long.Parse(length.Value, CultureInfo.InvariantCulture) is > 0 and var bytes)
            text = text[..length.Index] + (bytes - 1).ToString($"D{length.Length}", CultureInfo.InvariantCulture) + text[(length.Index + length.Length)..];
        return Encoding.Latin1.GetBytes(text);
    }

    private static async Task AnswerServerErrorAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        (string status, string code) = exchange.Fault == Fault.SlowDownInstead ? ("503 Slow Down", "SlowDown") : ("500 Internal Server Error", "InternalError");
        string body = $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>Please try again.</Message></Error>";
        string answer = $"HTTP/1.1 {status}\r\nContent-Type: application/xml\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";
        await exchange.Client.WriteAsync(Encoding.ASCII.GetBytes(answer), cancellationToken);
        exchange.Connection.Client.Shutdown(SocketShutdown.Send);
        // Closing with unread bytes would reset the connection, and the answer with it: read what the client still sends.
        byte[] rest = new byte[BufferBytes];
        while (await exchange.Client.ReadAsync(rest, cancellationToken) > 0)
        {
        }
    }

    private static void Reset(TcpClient client)
    {
        client.LingerState = new LingerOption(enable: true, seconds: 0);
        client.Close();
    }

    private sealed class Exchange(TcpClient connection, NetworkStream client, NetworkStream server)
    {
        private volatile bool answered = true;

        public TcpClient Connection => connection;

        public NetworkStream Client => client;

        public NetworkStream Server => server;

        /// <summary>Whether the next bytes of the client begin a new request.</summary>
        public bool Answered
        {
            get => answered;
            set => answered = value;
        }

        public Fault? Fault { get; private set; }

        public void Begin(Fault? fault) => (Fault, Answered) = (fault, false);
    }
}
