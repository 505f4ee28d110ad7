using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace FlowLake.Tests.Agent.Directory.Kubernetes;

/// <summary>
/// A stand-in for an API server: it replays a real server's bytes, head and body, its chunks cut at odd places so that events span reads.
/// </summary>
internal sealed class ReplayServer : IAsyncDisposable
{
    private static readonly int[] ChunkSizes = [1, 977, 3, 8191, 64, 4099];

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly Func<string, ReplayedAnswer> answer;
    private readonly X509Certificate2? certificate;
    private readonly Task accepting;

    public ReplayServer(Func<string, ReplayedAnswer> answer, X509Certificate2? certificate = null)
    {
        (this.answer, this.certificate) = (answer, certificate);
        listener.Start();
        accepting = AcceptAsync();
    }

    public Uri Address => new($"{(certificate is null ? "http" : "https")}://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>The head of every request so far, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>The targets asked for below a path.</summary>
    public IEnumerable<string> Targets(string path) => Requests.Select(Target).Where(target => target.StartsWith(path + "?", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Stop();
        await accepting;
        ending.Dispose();
    }

    /// <summary>A recorded answer's head, with its empty line, and body.</summary>
    public static (byte[] Head, byte[] Body) Recorded(string file)
    {
        var bytes = File.ReadAllBytes(RepositoryRoot.File("tests", "FlowLake.Tests", "Data", "kube-api", file));
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        return (bytes[..end], bytes[end..]);
    }

    private static string Target(string head) => head.Split(' ')[1];

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
                serving.Add(ServeAsync(await listener.AcceptTcpClientAsync(ending.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                Stream stream = client.GetStream();
                if (certificate is not null)
                {
                    var secure = new SslStream(stream);
                    await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, ending.Token);
                    stream = secure;
                }

                while (await HeadAsync(stream) is { } head)
                {
                    Requests.Enqueue(head);
                    if (!await AnswerAsync(stream, answer(Target(head))))
                        return;
                }
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // The other side has gone, or the test is over.
            }
        }
    }

    private async Task<string?> HeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, ending.Token) == 1)
        {
            head.Append((char)one[0]);
            if (one[0] == '\n' && head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
                return head.ToString();
        }

        return null;
    }

    /// <summary>False when the connection is not to be used again.</summary>
    private async Task<bool> AnswerAsync(Stream stream, ReplayedAnswer replayed)
    {
        var (head, body) = Recorded(replayed.File ?? "watch-gone.http");
        body = replayed.Edit?.Invoke(body) ?? body;
        await stream.WriteAsync(head, ending.Token);
        if (!Encoding.ASCII.GetString(head).Contains("Transfer-Encoding: chunked", StringComparison.Ordinal))
        {
            await stream.WriteAsync(body, ending.Token);
            return true;
        }

        var length = replayed.File is null ? 0 : replayed.End == AnswerEnd.Cut ? body.Length - (body.Length / 8) : body.Length;
        for (var (at, turn) = (0, 0); at < length; turn++)
        {
            var size = Math.Min(ChunkSizes[turn % ChunkSizes.Length], length - at);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(size.ToString("x", CultureInfo.InvariantCulture) + "\r\n"), ending.Token);
            await stream.WriteAsync(body.AsMemory(at, size), ending.Token);
            await stream.WriteAsync("\r\n"u8.ToArray(), ending.Token);
            at += size;
        }

        await stream.FlushAsync(ending.Token);
        if (replayed.End == AnswerEnd.Cut)
            return false;
        if (replayed.End == AnswerEnd.Open)
            await Task.Delay(Timeout.Infinite, ending.Token);
        await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), ending.Token);
        return true;
    }
}
