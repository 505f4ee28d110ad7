using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FlowLake.Demo.Pod.Counts;
using FlowLake.Demo.Pod.Documents;
using FlowLake.Demo.Pod.Http;

namespace FlowLake.Demo.Pod;

/// <summary>One connection to a server pod or to the Service; opened by the first question, counted for the pod that answers.</summary>
internal sealed class ZoneConnection : IDisposable
{
    /// <summary>Peer under which payload is counted that went to a Service and was never answered.</summary>
    private const string Unanswered = "unanswered";

    private const int PathFillMax = 200;
    private const int BodyBytesMax = 4_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly string Filler = new('x', BodyBytesMax);

    private readonly ClientDocument document;
    private readonly TimeProvider time;
    private readonly PayloadTally tally;
    private readonly Socket socket;
    private readonly CountedConnection connection;
    private readonly HttpReader reader;
    private string? pod;
    private bool ended;

    /// <param name="endPoint">Where to connect.</param>
    /// <param name="pod">The pod there; null where a Service decides.</param>
    /// <param name="document">Who asks.</param>
    /// <param name="time">The clock of the time-outs.</param>
    /// <param name="tally">Where the payload is counted once the connection has ended.</param>
    public ZoneConnection(IPEndPoint endPoint, string? pod, ClientDocument document, TimeProvider time, PayloadTally tally)
    {
        EndPoint = endPoint;
        this.pod = pod;
        this.document = document;
        this.time = time;
        this.tally = tally;
        socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        connection = new CountedConnection(socket);
        reader = new HttpReader(connection);
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Asks once for the zone.</summary>
    /// <param name="random">Chooses the form of the question.</param>
    /// <param name="last">True where the connection ends with this answer.</param>
    /// <returns>The answer, or null where the connection broke or took too long; then it has ended.</returns>
    public async Task<ZoneAnswer?> AskAsync(Random random, bool last)
    {
        // Disposing is what ends a stuck call, see CountedConnection.
        using var guard = time.CreateTimer(_ => connection.Dispose(), null, Patience, Timeout.InfiniteTimeSpan);
        try
        {
            if (!socket.Connected)
                await socket.ConnectAsync(EndPoint);
            await connection.SendAsync(Question(random, last));

            // Every second connection is ended by the client first, so that both ways of closing are seen.
            if (last && random.Next(2) == 0)
                connection.EndSending();

            var head = await reader.ReadHeadAsync() ?? throw new InvalidDataException("no answer");
            await reader.SkipAsync(head.ContentLength);
            pod ??= head["X-Pod"];
            if (last)
                await FinishAsync();
            tally.Complete();
            return new ZoneAnswer(head["X-Pod"] ?? "", head["X-Zone"] ?? "");
        }
        catch (Exception broken) when (IsBroken(broken))
        {
            tally.Fail();
            Count();
            return null;
        }
    }

    /// <summary>Ends a kept connection: ours first, then reads to the end. Does nothing where it has ended.</summary>
    public async Task EndAsync()
    {
        if (ended)
            return;
        using var guard = time.CreateTimer(_ => connection.Dispose(), null, Patience, Timeout.InfiniteTimeSpan);
        try
        {
            await FinishAsync();
        }
        catch (Exception broken) when (IsBroken(broken))
        {
            tally.Fail();
            Count();
        }
    }

    public void Dispose() => connection.Dispose();

    private async Task FinishAsync()
    {
        await connection.FinishAsync(reader.Scratch);
        Count();
    }

    private void Count()
    {
        if (ended)
            return;
        ended = true;
        tally.Add(pod ?? Unanswered, "tcp", connection.Sent, connection.Received);
    }

    private static bool IsBroken(Exception exception) => exception is SocketException or ObjectDisposedException or InvalidDataException;

    private byte[] Question(Random random, bool last)
    {
        int bodyLength = random.Next(5) == 0 ? random.Next(1, BodyBytesMax) : 0;
        var question = new StringBuilder(512)
            .Append(CultureInfo.InvariantCulture, $"{(bodyLength > 0 ? "POST" : "GET")} /zone/{Filler.AsSpan(0, random.Next(PathFillMax))} HTTP/1.1\r\n")
            .Append(CultureInfo.InvariantCulture, $"Host: {EndPoint}\r\nUser-Agent: {document.Pod}\r\nX-Zone: {document.Zone}\r\nConnection: {(last ? "close" : "keep-alive")}\r\n");
        if (bodyLength > 0)
            question.Append(CultureInfo.InvariantCulture, $"Content-Length: {bodyLength}\r\n");
        question.Append("\r\n").Append(Filler, 0, bodyLength);
        return Encoding.ASCII.GetBytes(question.ToString());
    }
}

/// <summary>Who answered, and from which zone.</summary>
internal sealed record ZoneAnswer(string Pod, string Zone);
