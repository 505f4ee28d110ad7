using System.Diagnostics;
using System.Globalization;

namespace FlowLake.Tests.Agent.Bpf;

/// <summary>What an application says it sent and received.</summary>
public readonly record struct AppBytes(long Sent, long Received);

/// <summary>A process in a pod's cgroup and network namespace that does as told; see tests/FlowLake.Traffic.</summary>
public sealed class TrafficPod : IDisposable
{
    private readonly Process process;

    internal TrafficPod(string cgroup, string networkNamespace)
    {
        var release = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "FlowLake.Traffic", release, "FlowLake.Traffic.dll"));
        // The shell enters the cgroup before it becomes the program: a socket's cgroup is that of the process that makes it.
        var command = $"echo $$ > {cgroup}/cgroup.procs && exec ip netns exec {networkNamespace} dotnet {program}";
        process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    public AppBytes Do(string command) => DoAsync(command).GetAwaiter().GetResult();

    /// <summary>Sends the command now; the answer comes later.</summary>
    public async Task<AppBytes> DoAsync(string command)
    {
        await process.StandardInput.WriteLineAsync(command);
        await process.StandardInput.FlushAsync();
        var words = (await process.StandardOutput.ReadLineAsync() ?? $"error the pod ended at {command}").Split(' ', 3);
        return words[0] == "ok"
            ? new AppBytes(long.Parse(words[1], CultureInfo.InvariantCulture), long.Parse(words[2], CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"{command}: {string.Join(' ', words)}");
    }

    /// <summary>Ends the process where it stands, as <c>kill -9</c> does; its sockets are left to the kernel.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(5)))
            process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
