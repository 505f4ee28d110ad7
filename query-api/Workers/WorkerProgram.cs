using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using FlowLake.QueryApi.Workers.Confinement;

namespace FlowLake.QueryApi.Workers;

/// <summary>The program of a worker: how it is started, and what it needs of the machine beside the lake.</summary>
internal static class WorkerProgram
{
    /// <summary>Memory of the runtime's own objects in bytes. Rows are none of them: they go from the engine's vectors to the socket.</summary>
    private const long RuntimeBytesMax = 256L << 20;

    private const string Name = "flowlake";

    /// <summary>Where libraries are, and the files by which the runtime learns of the machine.</summary>
    private static readonly string[] system =
    [
        "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/etc/ssl/openssl.cnf", "/etc/localtime", "/usr/share/zoneinfo",
        "/proc/self", "/proc/meminfo", "/proc/cpuinfo", "/proc/stat", "/proc/filesystems", "/sys/fs/cgroup", "/sys/devices/system", "/dev/urandom",
    ];

    /// <summary>What the kernel runs to run a program.</summary>
    private static readonly string[] loaders = ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"];

    private static readonly string file = Path.Combine(AppContext.BaseDirectory, Name);

    // The executable looks for the runtime in well-known places only; ours may lie elsewhere.
    private static readonly string runtime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>The first stage, its standard input, output and error as pipes.</summary>
    public static ProcessStartInfo FirstStage(string folder)
    {
        var start = new ProcessStartInfo(file, [QueryWorker.Verb]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        start.Environment.Clear();
        foreach (var variable in Variables(folder))
            start.Environment[variable[..variable.IndexOf('=', StringComparison.Ordinal)]] = variable[(variable.IndexOf('=', StringComparison.Ordinal) + 1)..];
        return start;
    }

    /// <summary>The second stage, and what it may do.</summary>
    /// <param name="settings">What it will be told.</param>
    /// <param name="memoryBytesMax">Its memory.</param>
    /// <param name="user">As whom it runs; null for as the server does.</param>
    public static ConfinedProgram Confined(WorkerSettings settings, long memoryBytesMax, WorkerUser? user) => new()
    {
        Program = file,
        Arguments = [QueryWorker.Verb, QueryWorker.Confined],
        Environment = [.. Variables(settings.Folder)],
        Readable = [.. system, runtime, AppContext.BaseDirectory, .. settings.Readable],
        Executable = [file, .. loaders],
        Writable = settings.Folder,
        MemoryBytesMax = memoryBytesMax,
        User = user,
    };

    // All of it: nothing of the server's own environment, where credentials are.
    private static IEnumerable<string> Variables(string folder) =>
    [
        $"DOTNET_ROOT={runtime}",
        $"HOME={folder}",
        $"TMPDIR={folder}",
        // A debugger's door would be a socket, and its file in the folder of all.
        "DOTNET_EnableDiagnostics=0",
        // It maps code twice, by way of a file that grows beyond what a worker may write.
        "DOTNET_EnableWriteXorExecute=0",
        "DOTNET_gcConcurrent=0",
        string.Create(CultureInfo.InvariantCulture, $"DOTNET_GCHeapHardLimit={RuntimeBytesMax:X}"),
    ];
}
