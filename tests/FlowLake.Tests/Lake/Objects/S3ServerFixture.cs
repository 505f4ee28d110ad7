using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amazon.S3;
using Amazon.S3.Model;
using Xunit;

namespace FlowLake.Tests.Lake.Objects;

/// <summary>Classes of this collection share one real S3 server, and run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class S3ServerCollection : ICollectionFixture<S3ServerFixture>
{
    public const string Name = "S3 server";
}

/// <summary>
/// A real S3 server on loopback (tests/s3-server.sh), in a folder and at ports of its own. The credentials go into this process's environment, because the
/// default chain is the only way in; children inherit them.
/// </summary>
public sealed class S3ServerFixture : IAsyncLifetime
{
    private const int StartsMax = 5; // Ports are free when we look and may be taken when the server comes.
    private const string Packages = "radosgw ceph-mon ceph-osd ceph-common curl";
    private static readonly TimeSpan startTimeout = TimeSpan.FromMinutes(3);

    private const string FolderPrefix = "flowlake-s3-";

    private readonly string folder = Path.Combine(Path.GetTempPath(), $"{FolderPrefix}{Environment.ProcessId}-{Random.Shared.Next():x8}");
    private int buckets;

    /// <summary>Such as <c>http://127.0.0.1:7480/</c>.</summary>
    public Uri Endpoint { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        UseCredentials();
        await StopOrphansAsync();
        string complaint = "";
        for (int start = 0; start < StartsMax; start++)
        {
            int port = FreePorts();
            (int exitCode, complaint) = await RunAsync("up", folder, port.ToString(CultureInfo.InvariantCulture));
            Endpoint = new Uri($"http://127.0.0.1:{port}/");
            if (exitCode == 0)
                return;
            await RunAsync("down", folder);
        }
        throw new InvalidOperationException($"No S3 server came up. It needs: apt-get install --no-install-recommends {Packages}\n{complaint}\nIts logs are in {folder}/log.");
    }

    public ValueTask DisposeAsync() => StopAsync(folder);

    /// <summary>Makes a bucket and returns a lake in it, as a user writes it.</summary>
    /// <param name="endpoint">Where clients find the server; null for its own place. A proxy in front of it, perhaps.</param>
    public async Task<string> CreateLakeAsync(string prefix = "", Uri? endpoint = null)
    {
        string bucket = $"bucket-{Interlocked.Increment(ref buckets)}";
        using AmazonS3Client client = Client();
        await client.PutBucketAsync(new PutBucketRequest { BucketName = bucket, UseClientRegion = false });
        return $"s3://{bucket}/{prefix}?endpoint={endpoint ?? Endpoint}";
    }

    /// <summary>Ends the gateway: whoever calls is refused. What was put stays in the store behind it.</summary>
    public async Task StopGatewayAsync()
    {
        int gateway = int.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "client.rgw.pid")), CultureInfo.InvariantCulture);
        using (Process kill = Process.Start("/bin/kill", ["-KILL", $"{gateway}"]))
            await kill.WaitForExitAsync();
        await EndedAsync(gateway);
    }

    /// <summary>Starts the gateway again, at the same address, and waits until it answers.</summary>
    public async Task StartGatewayAsync()
    {
        (int exitCode, string complaint) = await RunAsync("gateway", folder, Endpoint.Port.ToString(CultureInfo.InvariantCulture));
        if (exitCode != 0)
            throw new InvalidOperationException($"the S3 gateway did not come up again: {complaint}");
    }

    /// <summary>Gives this process the server's credentials, and no others.</summary>
    internal static void UseCredentials()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "flowlake");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "flowlakesecret");
        Environment.SetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
        Environment.SetEnvironmentVariable("AWS_CONFIG_FILE", "/dev/null");
    }

    /// <summary>A client beside the stores, to look at what they did.</summary>
    public AmazonS3Client Client() => new(new AmazonS3Config { ServiceURL = Endpoint.AbsoluteUri, ForcePathStyle = true, AuthenticationRegion = "us-east-1" });

    private static async ValueTask StopAsync(string folder)
    {
        var processes = new List<int>();
        foreach (string file in Directory.EnumerateFiles(folder, "*.pid"))
        {
            int process = int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture);
            if (Runs(process, folder))
                processes.Add(process);
            else
                File.Delete(file); // The id may be another process's by now, which the script would end.
        }
        await RunAsync("down", folder);
        foreach (int process in processes)
            await EndedAsync(process);
        Directory.Delete(folder, recursive: true);
    }

    private static bool Runs(int process, string folder)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Contains(folder, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Stops servers whose tests were killed: their folders carry the process's id.</summary>
    private static async Task StopOrphansAsync()
    {
        foreach (string orphan in Directory.EnumerateDirectories(Path.GetTempPath(), FolderPrefix + "*"))
        {
            try
            {
                if (!Directory.Exists($"/proc/{Path.GetFileName(orphan).Split('-')[2]}"))
                    await StopAsync(orphan);
            }
            catch (DirectoryNotFoundException)
            {
                // Another run of the tests was faster.
            }
        }
    }

    private static async Task<(int ExitCode, string Complaint)> RunAsync(params string[] arguments)
    {
        // The server's processes go to the background and keep the pipes they are given, hence a shell that gives them none.
        string complaints = Path.GetTempFileName();
        var start = new ProcessStartInfo("/bin/bash", ["-c", "exec \"$@\" </dev/null >/dev/null 2>$COMPLAINTS", "-", RepositoryRoot.File("tests", "s3-server.sh"), .. arguments]);
        start.Environment["COMPLAINTS"] = complaints;
        using Process process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(startTimeout);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return (-1, $"s3-server.sh {arguments[0]} did not end within {startTimeout.TotalSeconds:0} s.");
        }
        string complaint = await File.ReadAllTextAsync(complaints, CancellationToken.None);
        File.Delete(complaints);
        return (process.ExitCode, complaint);
    }

    private static async Task EndedAsync(int processId)
    {
        try
        {
            using Process process = Process.GetProcessById(processId);
            await process.WaitForExitAsync(CancellationToken.None);
        }
        catch (ArgumentException)
        {
            // It has ended already.
        }
    }

    /// <summary>The first of three free ports in a row: gateway, and the monitor's two.</summary>
    private static int FreePorts()
    {
        while (true)
        {
            int port = Random.Shared.Next(20_000, 32_000);
            if (Enumerable.Range(port, 3).All(IsFree))
                return port;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
