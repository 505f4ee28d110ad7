using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace FlowLake.Tests.Ingest;

/// <summary>A real process of ingest, as the command or as the Lambda function, to be killed at will.</summary>
internal sealed class IngestProcess : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder log = new();

    private IngestProcess(Process process)
    {
        this.process = process;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (log)
                log.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
    }

    /// <summary>What it wrote to standard error.</summary>
    public string Log
    {
        get
        {
            lock (log)
                return log.ToString();
        }
    }

    /// <summary>Starts <c>flowlake ingest --follow</c>.</summary>
    public static IngestProcess Follow(string lake, string workFolder) =>
        Start("flowlake", new Dictionary<string, string>(), "ingest", "--lake", lake, "--follow", "--work-folder", workFolder);

    /// <summary>Starts the program that is packaged as the Lambda function.</summary>
    public static IngestProcess Function(IReadOnlyDictionary<string, string> environment) => Start("FlowLake.Ingest", environment);

    private static IngestProcess Start(string program, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, program), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // The executable looks for the runtime in well-known places only; ours may lie elsewhere.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new IngestProcess(Process.Start(start)!);
    }

    /// <summary>Waits until it follows an inbox: from then on it stops cleanly when asked.</summary>
    public async Task FollowsAsync()
    {
        while (!Log.Contains("ingest: follows the inbox", StringComparison.Ordinal))
        {
            if (process.HasExited)
                throw new InvalidOperationException($"the ingest program ended with {process.ExitCode}:\n{Log}");
            await Task.Delay(20);
        }
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and its exit code.</summary>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("/bin/kill", ["-TERM", $"{process.Id}"]))
            await kill.WaitForExitAsync();
        return await EndAsync();
    }

    public async Task<int> EndAsync()
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }
}
