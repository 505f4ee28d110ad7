using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace FlowLake.Tests.Ingest;

/// <summary>A real process of ingest or maintenance, as the command or as the Lambda function, to be killed at will.</summary>
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

    /// <summary>Starts <c>flowlake ingest</c>, which ends when nothing is left.</summary>
    public static IngestProcess Drain(string lake, string workFolder) =>
        Start("flowlake", new Dictionary<string, string>(), "ingest", "--lake", lake, "--work-folder", workFolder);

    /// <summary>Starts <c>flowlake maintain</c>, which leaves no version without a checkpoint.</summary>
    public static IngestProcess Maintain(string lake, string workFolder) =>
        Start("flowlake", new Dictionary<string, string>(), "maintain", "--lake", lake, "--checkpoint-versions", "1", "--work-folder", workFolder);

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

    /// <summary>The most memory it had resident so far, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
    }

    public bool HasEnded => process.HasExited;

    /// <summary>Whether <see cref="Kill"/> was called.</summary>
    public bool WasKilled { get; private set; }

    /// <summary>SIGKILL. It is over when <see cref="EndAsync"/> returns.</summary>
    public void Kill()
    {
        WasKilled = true;
        process.Kill();
    }

    /// <summary>SIGTERM, and its exit code.</summary>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("/bin/kill", ["-TERM", $"{process.Id}"]))
            await kill.WaitForExitAsync();
        return await EndAsync();
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The most memory it was seen to have resident, in bytes.</returns>
    public async Task<long> PeakMemoryAsync()
    {
        var peak = 0L;
        while (!process.HasExited)
        {
            // Of one that is just ending the kernel says 0.
            peak = Math.Max(peak, PeakMemory);
            await Task.Delay(20);
        }

        return peak;
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
