using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace FlowLake.Benchmarks.Ingest;

/// <summary>A real S3 server on loopback for one measurement (tests/s3-server.sh), with a bucket, gone when disposed.</summary>
internal sealed class S3Server : IDisposable
{
    private const string Bucket = "bench";
    private const string Script = "tests/s3-server.sh";

    private readonly string folder = Directory.CreateTempSubdirectory("flowlake-bench-s3-").FullName;
    private readonly int port = FreePorts();

    public S3Server()
    {
        Run("up", folder, port.ToString(CultureInfo.InvariantCulture));
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "flowlake");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "flowlakesecret");
        using var client = new AmazonS3Client(
            new BasicAWSCredentials("flowlake", "flowlakesecret"),
            new AmazonS3Config { ServiceURL = $"http://127.0.0.1:{port}/", ForcePathStyle = true, AuthenticationRegion = "us-east-1" });
        client.PutBucketAsync(new PutBucketRequest { BucketName = Bucket, UseClientRegion = false }).GetAwaiter().GetResult();
    }

    /// <summary>The lake in it, as a user writes it.</summary>
    public string Lake => $"s3://{Bucket}/lake?endpoint=http://127.0.0.1:{port}/";

    public void Dispose()
    {
        Run("down", folder);
        Directory.Delete(folder, recursive: true);
    }

    private static void Run(params string[] arguments)
    {
        // The server's processes go to the background and would keep pipes they were given.
        using var process = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", "exec \"$@\" </dev/null >/dev/null 2>&1", "-", Path.GetFullPath(Script), .. arguments]))!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{Script} {arguments[0]} ended with {process.ExitCode}. Install what it needs: eng/install-packages.sh test; and run from the root of the checkout.");
    }

    /// <summary>The first of three free ports in a row: gateway, and the monitor's two.</summary>
    private static int FreePorts()
    {
        while (true)
        {
            int first = Random.Shared.Next(20_000, 32_000);
            if (Enumerable.Range(first, 3).All(IsFree))
                return first;
        }
    }

    private static bool IsFree(int candidate)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, candidate);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
