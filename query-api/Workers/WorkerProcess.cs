using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace FlowLake.QueryApi.Workers;

/// <summary>A worker as the server sees it: a process, the socket it listens on, and the channel by which it asks for snapshots.</summary>
internal sealed class WorkerProcess : IDisposable
{
    /// <summary>Longest line a worker may write in characters; the bounds of a question are the longest of what it says.</summary>
    private const int LineMax = 4 << 20;

    // Of the fields of /proc/PID/statm: data and stack, in pages.
    private const int StatmData = 5;

    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(1);

    private readonly Process process;
    private readonly HttpMessageInvoker http;
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private QuestionSnapshots? question;
    private bool killed;
    private TaskCompletionSource<bool> over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="process">The first stage, just started.</param>
    /// <param name="settings">What it is told.</param>
    /// <param name="complaints">Told each line it writes to standard error.</param>
    public WorkerProcess(Process process, WorkerSettings settings, Action<string> complaints)
    {
        (this.process, Settings) = (process, settings);
        http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectCallback = async (_, token) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(settings.Socket), token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        Ended = EndAsync(complaints);
    }

    public int Id => process.Id;

    public WorkerSettings Settings { get; }

    /// <summary>Done when it listens; never, where it ends before.</summary>
    public Task Ready => ready.Task;

    /// <summary>Done when it has ended: how.</summary>
    public Task<WorkerEnd> Ended { get; }

    /// <summary>Tells it what to do.</summary>
    /// <exception cref="IOException">It is gone.</exception>
    public void Tell(params IEnumerable<byte[]> lines)
    {
        foreach (var line in lines)
            process.StandardInput.BaseStream.Write([.. line, (byte)'\n']);
        process.StandardInput.BaseStream.Flush();
    }

    /// <summary>Lets it ask for the snapshots of a question, which comes next.</summary>
    public QuestionSnapshots Begin(QuestionSnapshots asked)
    {
        over = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref question, asked);
        return asked;
    }

    /// <summary>Sends it the question; comes back with the answer's headers.</summary>
    /// <exception cref="HttpRequestException">It is gone.</exception>
    public Task<HttpResponseMessage> AskAsync(HttpRequestMessage request, CancellationToken cancellationToken) => http.SendAsync(request, cancellationToken);

    /// <summary>Whether nothing of its question is left in it, but what it wrote.</summary>
    public bool IsOver => over.Task.IsCompleted;

    /// <summary>Whether memory was refused to it at its last question, by its own word.</summary>
    public bool IsSpent => over.Task is { IsCompletedSuccessfully: true, Result: false };

    /// <summary>Bytes of memory that count against its limit; 0 where it has ended. What its allocators keep to give out again is among them.</summary>
    public long DataBytes
    {
        get
        {
            try
            {
                return long.Parse(File.ReadAllText($"/proc/{Id}/statm").Split(' ')[StatmData], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
            }
            catch (IOException)
            {
                return 0;
            }
        }
    }

    /// <summary>Waits until nothing of its question is left in it.</summary>
    /// <returns>Whether so; false where that takes longer, or it has ended.</returns>
    public async Task<bool> IsFreeAsync(TimeSpan patience)
    {
        await Task.WhenAny(over.Task, Ended, Task.Delay(patience));
        Volatile.Write(ref question, null);
        return IsOver && !Ended.IsCompleted;
    }

    /// <summary>After its connection broke: how it ends; null where it does not.</summary>
    public async Task<WorkerEnd?> EndIfItEndsAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAny(over.Task, Ended).WaitAsync(cancellationToken);
        return over.Task.IsCompleted ? null : await Ended;
    }

    public void Kill()
    {
        try
        {
            killed = !process.HasExited;
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    public void Dispose()
    {
        http.Dispose();
        process.Dispose();
    }

    private async Task<WorkerEnd> EndAsync(Action<string> complaints)
    {
        // Reading a pipe takes a thread until something comes, and the pool's are for those who ask.
        var said = Task.Factory.StartNew(() => Said(complaints), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.Factory.StartNew(() => Listen(complaints), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        // One that says nothing more is of no use, but may be about to end by itself.
        using (var patience = new CancellationTokenSource(EndTime))
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!process.HasExited)
            Kill();
        await process.WaitForExitAsync();
        return new WorkerEnd(process.ExitCode, killed, await said);
    }

    private void Listen(Action<string> complaints)
    {
        using var output = new StreamReader(process.StandardOutput.BaseStream, Encoding.UTF8);
        try
        {
            while (ReadLine(output) is { } line)
                Hear(JsonSerializer.Deserialize(line, WorkerJson.Relaxed.WorkerMessage)!);
        }
        catch (Exception exception) when (exception is IOException or JsonException or ObjectDisposedException)
        {
            complaints($"ended, as it cannot be heard: {exception.Message}");
        }
    }

    private static string? ReadLine(StreamReader output)
    {
        var line = new StringBuilder();
        while (output.Read() is var character and >= 0)
        {
            if (character == '\n')
                return line.ToString();
            if (line.Length == LineMax)
                throw new IOException($"a line of more than {LineMax} characters");
            line.Append((char)character);
        }

        return null;
    }

    private void Hear(WorkerMessage message)
    {
        var current = Volatile.Read(ref question);
        switch (message)
        {
            case SnapshotWanted wanted:
                Answer(current is not null && current.Id == wanted.Question ? current.Give(wanted) : new SnapshotGiven(Refused: "the question is over"));
                break;
            case RelationWanted wanted:
                Answer(current is not null && current.Id == wanted.Question ? current.Give(wanted) : new RelationGiven(Refused: "the question is over"));
                break;
            case QuestionIsOver done when current?.Id == done.Question:
                over.TrySetResult(!done.Spent);
                break;
            case WorkerIsReady:
                ready.TrySetResult();
                break;
        }
    }

    private void Answer(ServerMessage answer) => Tell(JsonSerializer.SerializeToUtf8Bytes(answer, WorkerJson.Relaxed.ServerMessage));

    // The last of what it says tells why it ended.
    private string Said(Action<string> complaints)
    {
        var last = "";
        using var error = new StreamReader(process.StandardError.BaseStream, Encoding.UTF8);
        var buffer = new char[WorkerEnd.SaidMax];
        for (int read; (read = error.Read(buffer)) > 0;)
        {
            var text = new string(buffer, 0, read);
            last = (last + text)[^Math.Min(WorkerEnd.SaidMax, last.Length + text.Length)..];
            complaints(text);
        }

        return last;
    }
}
