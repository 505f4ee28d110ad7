using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace FlowLake.Tests.EndToEnd;

/// <summary>One run of <c>bin/flowlake demo</c> as a user starts it, with names, a port and a folder of its own.</summary>
internal sealed class DemoRun : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process process;
    private readonly StringBuilder output = new();

    private DemoRun(Process process, string folder)
    {
        this.process = process;
        Folder = folder;
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Folder { get; }

    /// <summary>The demo's own process.</summary>
    public int ProcessId => process.Id;

    /// <summary>What it has printed, both streams as they came.</summary>
    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    /// <param name="name">What everything it makes on the machine is called.</param>
    /// <param name="port">Port of its query API.</param>
    /// <param name="duration">How long traffic runs.</param>
    /// <param name="folder">Where lake, spools and logs go.</param>
    /// <param name="more">Further arguments.</param>
    public static DemoRun Start(string name, int port, TimeSpan duration, string folder, params string[] more)
    {
        string[] arguments =
        [
            "demo",
            "--duration", string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0}s"),
            "--prefix", name,
            "--port", port.ToString(CultureInfo.InvariantCulture),
            "--folder", folder,
            .. more,
        ];
        var start = new ProcessStartInfo(RepositoryRoot.File("bin", "flowlake"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        return new DemoRun(Process.Start(start)!, folder);
    }

    /// <summary>Waits for its end and returns its exit code.</summary>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Patience);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"the demo did not end within {Patience}; it said:\n{Output}");
        }

        return process.ExitCode;
    }

    /// <summary>Waits until it has printed a text.</summary>
    public async Task AwaitOutputAsync(string text, CancellationToken cancellationToken)
    {
        long begin = Stopwatch.GetTimestamp();
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(begin) > Patience)
                throw new TimeoutException($"the demo never said \"{text}\"; it said:\n{Output}");
            await Task.Delay(100, cancellationToken);
        }
    }

    /// <summary>The processes of this demo whose command line has all the words, by the demo's folder in it.</summary>
    public IReadOnlyList<int> Processes(params string[] words) =>
    [
        .. MachineState.CommandLines()
            .Where(entry => entry.ProcessId != ProcessId && entry.CommandLine.Contains(Folder, StringComparison.Ordinal) && words.All(word => entry.CommandLine.Split('\0').Contains(word)))
            .Select(entry => entry.ProcessId),
    ];

    /// <summary>What the lake in the demo's folder answers, as <c>flowlake sql --csv</c> prints it.</summary>
    public async Task<string> AskAsync(string sql)
    {
        string[] arguments = ["sql", "--lake", Path.Combine(Folder, "lake"), "--csv", sql];
        using var asking = Process.Start(new ProcessStartInfo(RepositoryRoot.File("bin", "flowlake"), arguments) { RedirectStandardOutput = true })!;
        string answer = await asking.StandardOutput.ReadToEndAsync();
        await asking.WaitForExitAsync();
        return answer.ReplaceLineEndings("\n");
    }

    /// <summary>Ends one process with SIGKILL, as a crash does.</summary>
    public static void Kill(int processId)
    {
        using var victim = Process.GetProcessById(processId);
        victim.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is null)
            return;
        lock (output)
            output.AppendLine(line);
    }
}
