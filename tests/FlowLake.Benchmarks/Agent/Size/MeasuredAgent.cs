using System.Diagnostics;
using System.Globalization;
using FlowLake.Agent.Bpf;
using FlowLake.Tests.Agent.Bpf;

namespace FlowLake.Benchmarks.Agent.Size;

/// <summary>
/// The published agent in cgroups of its own. Program and runtime are copies that nobody else has read: a file's pages are charged to who reads them first, and
/// an agent that finds .NET in memory already would look smaller than one alone on its node.
/// </summary>
internal sealed class MeasuredAgent : IDisposable
{
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(30);

    private readonly string folder = Directory.CreateTempSubdirectory("flbench-agent").FullName;
    private readonly MemoryController memory;
    private readonly string processor;
    private readonly Process process;

    /// <param name="name">Of its cgroups.</param>
    /// <param name="arguments">Of <c>flowlake agent</c>.</param>
    public MeasuredAgent(string name, string arguments)
    {
        string runtime = Path.GetDirectoryName(Environment.ProcessPath!)!;
        if (Path.GetFileName(Environment.ProcessPath) != "dotnet")
            runtime = Environment.GetEnvironmentVariable("DOTNET_ROOT") ?? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        string program = Path.Combine(Environment.CurrentDirectory, "bin");
        if (!File.Exists(Path.Combine(program, "flowlake.dll")))
            throw new InvalidOperationException($"{program} has no flowlake.dll: make build");
        string version = Environment.Version.ToString();
        Shell.Run($"""
            set -e
            cp -r {program} {folder}/bin
            mkdir -p {folder}/dotnet/shared/Microsoft.NETCore.App {folder}/dotnet/shared/Microsoft.AspNetCore.App
            cp -r {runtime}/dotnet {runtime}/host {folder}/dotnet/
            cp -r {runtime}/shared/Microsoft.NETCore.App/{version} {folder}/dotnet/shared/Microsoft.NETCore.App/
            cp -r {runtime}/shared/Microsoft.AspNetCore.App/{version} {folder}/dotnet/shared/Microsoft.AspNetCore.App/
            sync -f {folder}
            find {folder} -type f -exec dd if=LBRACE iflag=nocache count=0 status=none ';'
            """.Replace("LBRACE", "{}", StringComparison.Ordinal));
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        memory = new MemoryController(name);
        processor = Path.Combine(CgroupFileSystem.FindMount()!, name);
        Directory.CreateDirectory(processor);
        // The shell enters the cgroups before it becomes the agent.
        process = Process.Start(new ProcessStartInfo(
            "/bin/sh",
            ["-c", $"echo $$ > {memory.Members} && echo $$ > {processor}/cgroup.procs && DOTNET_ROOT={folder}/dotnet exec {folder}/dotnet/dotnet {folder}/bin/flowlake.dll agent {arguments} 2> {Log}"]))!;
    }

    /// <summary>What it says.</summary>
    public string Log => folder + ".log";

    public MemoryController Memory => memory;

    /// <summary>Processor time of it so far, its calls of the kernel included.</summary>
    public TimeSpan Processor() => TimeSpan.FromMicroseconds(long.Parse(
        File.ReadLines(Path.Combine(processor, "cpu.stat")).Single(line => line.StartsWith("usage_usec", StringComparison.Ordinal)).Split(' ')[1],
        CultureInfo.InvariantCulture));

    /// <summary>Throws when it has ended by itself.</summary>
    public void ThrowIfEnded()
    {
        if (process.HasExited)
            throw new InvalidOperationException($"the agent ended with {process.ExitCode}: {File.ReadAllText(Log)}");
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        if (!process.HasExited)
            Shell.Run($"kill -TERM {process.Id}");
        if (!process.WaitForExit(EndsWithin))
            process.Kill();
        process.WaitForExit();
        process.Dispose();
        Directory.Delete(processor);
        memory.Dispose();
        Directory.Delete(folder, recursive: true);
        File.Delete(Log);
    }

    private void OnExit(object? sender, EventArgs arguments) => Dispose();
}
