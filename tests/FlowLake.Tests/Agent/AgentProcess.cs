using System.Diagnostics;
using System.Globalization;
using FlowLake.Agent;
using FlowLake.Tests.Agent.Bpf;
using Xunit;

namespace FlowLake.Tests.Agent;

/// <summary>An agent in a process of its own, which can be killed.</summary>
internal sealed class AgentProcess : IDisposable
{
    private readonly Process process;
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly System.Text.StringBuilder log = new();

    private AgentProcess(AgentOptions options, string[] launcher)
    {
        var release = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "FlowLake.Cli", release, "flowlake.dll"));
        string[] command = [.. launcher, "dotnet"];
        process = new Process
        {
            StartInfo = new ProcessStartInfo(
                command[0],
                [
                    .. command[1..], program, "agent", "--node", options.Node, "--directory", options.DirectoryFile!, "--lake", options.Lake, "--spool", options.SpoolFolder!,
                    "--cgroup-root", options.CgroupRoot!, "--bpffs", options.BpfFileSystem, "--window", string.Create(CultureInfo.InvariantCulture, $"{options.Window.TotalSeconds}s"),
                    .. options.MetricsListen is { } listen ? (string[])["--metrics-listen", listen] : [],
                ])
            {
                RedirectStandardError = true,
            },
            EnableRaisingEvents = true,
        };
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Exited += (_, _) => opened.TrySetException(new InvalidOperationException($"the agent ended by itself: {Log}"));
    }

    public string Log
    {
        get
        {
            lock (log)
                return log.ToString();
        }
    }

    /// <summary>Starts an agent and waits until it counts.</summary>
    /// <param name="options">What it is told.</param>
    /// <param name="launcher">A command that becomes the agent, with its arguments, setpriv for example; none to start it as it is.</param>
    public static async Task<AgentProcess> StartAsync(AgentOptions options, params string[] launcher)
    {
        var agent = new AgentProcess(options, launcher);
        agent.process.Start();
        agent.process.BeginErrorReadLine();
        await agent.opened.Task;
        return agent;
    }

    /// <summary>Its page of metrics, where it answers one.</summary>
    public async Task<string> MetricsAsync()
    {
        var address = Log.Split("event=metrics_listening address=")[1].Split('\n')[0].Trim();
        using var client = new HttpClient();
        return await client.GetStringAsync($"http://{address}/metrics", TestContext.Current.CancellationToken);
    }

    /// <summary>Ends it at once, as <c>kill -9</c> does.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>Asks it to end, and gives its exit code.</summary>
    public int Terminate()
    {
        Shell.Run($"kill -TERM {process.Id}");
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>Asks it to end, and tells whether it did in order and in time.</summary>
    public bool EndsWithin(TimeSpan time)
    {
        Shell.Run($"kill -TERM {process.Id}");
        // What it wrote last is read only by the call without a bound.
        if (!process.WaitForExit(time))
            return false;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    public void Dispose()
    {
        if (!process.HasExited)
            Kill();
        process.Dispose();
    }

    private void Read(string? line)
    {
        lock (log)
            log.AppendLine(line);
        if (line?.Contains("event=kernel_opened", StringComparison.Ordinal) == true)
            opened.TrySetResult();
    }
}
