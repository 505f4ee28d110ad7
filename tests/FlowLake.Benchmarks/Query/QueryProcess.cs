using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace FlowLake.Benchmarks.Query;

/// <summary>A process <c>bin/flowlake serve</c> on a free port of the loopback, and clients of it.</summary>
internal sealed class QueryProcess : IDisposable
{
    /// <summary>The engine's own memory, as <c>flowlake serve</c> has it.</summary>
    public const long EngineBytes = 1L << 30;

    private const int FailureLinesMost = 40;

    private static readonly TimeSpan patience = TimeSpan.FromMinutes(5);

    private readonly string cache = Directory.CreateTempSubdirectory("flowlake-bench-serve-").FullName;
    private readonly Process process;
    private readonly StringBuilder log = new();

    private QueryProcess(string lake, string? keys)
    {
        process = Process.Start(new ProcessStartInfo("bin/flowlake", ["serve", "--lake", lake, "--listen", "http://127.0.0.1:0", "--cache-folder", cache, .. keys is null ? Array.Empty<string>() : ["--keys", keys]])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment = { ["FLOWLAKE_KEYS"] = "" },
        })!;
        Tree = new ProcessTree(process.Id);
    }

    public ProcessTree Tree { get; }

    public Uri Address { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public bool HasEnded => process.HasExited;

    /// <summary>The first of its log's entries of failures, each with the lines that belong to it.</summary>
    public IEnumerable<string> Failures
    {
        get
        {
            lock (log)
            {
                string[] lines = log.ToString().Split('\n');
                return [.. lines.SkipWhile(line => !line.StartsWith("fail:", StringComparison.Ordinal)).TakeWhile(line => !line.StartsWith("info:", StringComparison.Ordinal)).Take(FailureLinesMost)];
            }
        }
    }

    /// <summary>Starts it, and waits until it answers from the newest version.</summary>
    /// <param name="lake">The lake it serves.</param>
    /// <param name="keys">The file of keys; null for a service that asks for none.</param>
    public static QueryProcess Start(string lake, string? keys = null)
    {
        var served = new QueryProcess(lake, keys);
        try
        {
            served.WaitAsync().GetAwaiter().GetResult();
            return served;
        }
        catch
        {
            served.Dispose();
            throw;
        }
    }

    /// <summary>Asks with <c>POST /v1/sql</c> and gives the whole answer.</summary>
    public async Task<(HttpStatusCode Status, byte[] Body)> AskAsync(byte[] body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/sql") { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
        if (key is not null)
            request.Headers.Add("X-API-Key", key);
        using var response = await Client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync());
    }

    /// <summary>Asks, and gives the whole answer.</summary>
    /// <exception cref="InvalidOperationException">It was refused.</exception>
    public byte[] Answer(string name, byte[] body)
    {
        var (status, answer) = AskAsync(body).GetAwaiter().GetResult();
        return status == HttpStatusCode.OK ? answer : throw new InvalidOperationException($"{name}: {status}: {Encoding.UTF8.GetString(answer)}");
    }

    /// <summary>The rows of an answer as they stand in it.</summary>
    public static string Rows(byte[] answer)
    {
        using var document = JsonDocument.Parse(answer);
        return document.RootElement.GetProperty("rows").GetRawText();
    }

    public void Dispose()
    {
        Client?.Dispose();
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        Directory.Delete(cache, recursive: true);
    }

    private async Task WaitAsync()
    {
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.ErrorDataReceived += (_, line) => Heard(line.Data);
        process.OutputDataReceived += (_, line) => Heard(line.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        if (await Task.WhenAny(listening.Task, process.WaitForExitAsync()).WaitAsync(patience) != listening.Task)
            throw new InvalidOperationException($"flowlake serve ended: {log}");
        Address = await listening.Task;
        Client = new HttpClient { BaseAddress = Address, Timeout = patience };
        using var stop = new CancellationTokenSource(patience);
        while (!(await Client.GetAsync("/readyz", stop.Token)).IsSuccessStatusCode)
            await Task.Delay(50, stop.Token);

        void Heard(string? line)
        {
            lock (log)
                log.AppendLine(line);
            if (line?.StartsWith("serve: lake", StringComparison.Ordinal) == true)
                listening.TrySetResult(new Uri(line[(line.LastIndexOf(' ') + 1)..]));
        }
    }
}
