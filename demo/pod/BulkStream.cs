using System.Globalization;
using System.Text;
using FlowLake.Demo.Pod.Counts;

namespace FlowLake.Demo.Pod;

/// <summary>Bulk data at a bounded rate over one connection, until the client ends its side.</summary>
internal static class BulkStream
{
    public const string Path = "/stream";

    private const int ChunksPerSecond = 20;
    private const int BytesPerSecondMax = 100_000_000;

    /// <summary>What a client asks for.</summary>
    public static string Target(int bytesPerSecond) => string.Create(CultureInfo.InvariantCulture, $"{Path}?bytesPerSecond={bytesPerSecond}");

    /// <summary>Answers and sends until the client has ended its side. The caller finishes the connection.</summary>
    public static async Task SendAsync(CountedConnection connection, string pod, string target, TimeProvider time)
    {
        string rate = target[(target.IndexOf('=', StringComparison.Ordinal) + 1)..];
        int bytesPerSecond = int.TryParse(rate, NumberStyles.None, CultureInfo.InvariantCulture, out int asked) ? Math.Min(asked, BytesPerSecondMax) : 1_000_000;
        await connection.SendAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nX-Pod: {pod}\r\nConnection: close\r\n\r\n"));

        // The client sends nothing more on this connection, so a receive completes when it ends.
        var ended = connection.ReceiveAsync(new byte[1]).AsTask();
        byte[] chunk = new byte[Math.Max(1, bytesPerSecond / ChunksPerSecond)];
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / ChunksPerSecond), time);
        while (!ended.IsCompleted)
        {
            await connection.SendAsync(chunk);
            await pace.WaitForNextTickAsync();
        }

        await ended;
    }
}
