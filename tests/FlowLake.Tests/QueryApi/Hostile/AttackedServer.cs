using System.Collections.Concurrent;
using System.Diagnostics;
using FlowLake.QueryApi.Hosting;
using FlowLake.QueryApi.Sql;

namespace FlowLake.Tests.QueryApi.Hostile;

/// <summary>The query API in a process of its own, with narrow limits, so that an attack that ends it ends nothing else, and so that its memory and its environment are its own.</summary>
internal sealed class AttackedServer : IDisposable
{
    public const string Role = "serve";

    /// <summary>What stands in the server's environment and must not be in any answer.</summary>
    public const string Secret = "canary-7f3a9c";

    private readonly Process process;

    private readonly ConcurrentQueue<string> log = new();

    private AttackedServer(Process process, Uri address) => (this.process, Address) = (process, address);

    /// <summary>What it logged.</summary>
    public IEnumerable<string> Log => log;

    public Uri Address { get; }

    public bool HasEnded => process.HasExited;

    /// <summary>The most memory it had resident so far, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
    }

    /// <summary>Starts it; it ends when its standard input does.</summary>
    public static async Task<AttackedServer> StartAsync(string lake, string cache)
    {
        var process = ChildProcess.Start(environment => environment["FLOWLAKE_CANARY"] = Secret, Role, lake, cache);
        var address = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the server ended before it listened");
        var server = new AttackedServer(process, new Uri(address));
        process.ErrorDataReceived += (_, line) => server.log.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
        return server;
    }

    /// <summary>The other process: <c>child serve LAKE CACHE</c>.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var options = new QueryOptions
        {
            Lake = arguments[0],
            Listen = "http://127.0.0.1:0",
            CacheFolder = arguments[1],
            Workers = 6,
            MemoryLimitBytes = 256 << 20,
            WorkerAllowanceBytes = 512 << 20,
            Limits = new SqlLimits { Time = TimeSpan.FromSeconds(2), Parallel = 6 },
        };
        await using var server = await QueryServer.StartAsync(options, TimeProvider.System);
        Console.WriteLine(server.Address);
        await Console.OpenStandardInput().CopyToAsync(Stream.Null);
        return 0;
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(30)))
            process.Kill();
        process.Dispose();
    }
}
