using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using FlowLake.Tests.Cli;
using Xunit;

namespace FlowLake.Tests.QueryApi.Access;

/// <summary>A process <c>flowlake serve</c> on a free port, and a client of it.</summary>
internal sealed class ServeProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private readonly StringBuilder log = new();
    private readonly TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServeProcess(Process process)
    {
        this.process = process;
        process.ErrorDataReceived += (_, line) => Heard(line.Data);
        process.OutputDataReceived += (_, line) => Heard(line.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    public Uri Address => listening.Task.Result;

    public HttpClient Client { get; private set; } = null!;

    public int Id => process.Id;

    /// <summary>The processes it started that live, by their ids.</summary>
    public HashSet<int> Workers => [.. Directory.EnumerateDirectories("/proc").Select(folder => Path.GetFileName(folder)).Where(name => char.IsAsciiDigit(name[0])).Select(name => int.Parse(name, CultureInfo.InvariantCulture)).Where(IsChild)];

    /// <summary>All it wrote so far.</summary>
    public string Log
    {
        get
        {
            lock (log)
                return log.ToString();
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts it and waits until it answers from the newest version.</summary>
    public static async Task<ServeProcess> StartAsync(TestLake lake, params string[] options)
    {
        var served = await ListeningAsync(lake.Folder, lake.CacheFolder, options);
        try
        {
            await served.ReadyAsync();
            return served;
        }
        catch
        {
            await served.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it and waits until it listens.</summary>
    public static async Task<ServeProcess> ListeningAsync(string lake, string cacheFolder, params string[] options)
    {
        var served = new ServeProcess(Process.Start(FlowLakeProgram.StartInfo(["serve", "--lake", lake, "--cache-folder", cacheFolder, .. options.Contains("--listen") ? Array.Empty<string>() : ["--listen", "http://127.0.0.1:0"], "--workers", "2", .. options]))!);
        try
        {
            var ended = served.process.WaitForExitAsync(Token);
            if (await Task.WhenAny(served.listening.Task, ended).WaitAsync(Patience, Token) == ended)
                throw new InvalidOperationException("serve ended: " + served.Log);
            served.Client = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true }) { BaseAddress = served.Address, Timeout = Patience };
            return served;
        }
        catch
        {
            await served.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until it answers from the newest version.</summary>
    public Task ReadyAsync() => EventuallyAsync(async () => (await Client.GetAsync("/readyz", Token)).IsSuccessStatusCode);

    /// <summary>Ends it as nothing can be refused: SIGKILL.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(Token).WaitAsync(Patience, Token);
    }

    /// <summary>Waits for a condition.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(Patience);
        while (!await condition())
            await Task.Delay(50, patience.Token);
    }

    /// <summary>Asks with a key, or without one.</summary>
    public async Task<HttpResponseMessage> GetAsync(string path, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await Client.SendAsync(request, Token);
    }

    /// <summary>The rows of a statement as texts.</summary>
    public async Task<List<string>> RowsAsync(string sql, string? key = null)
    {
        using var answer = await GetAsync("/v1/sql?limit=1000000&query=" + Uri.EscapeDataString(sql), key);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, $"{sql}: {text}");
        using var document = JsonDocument.Parse(text);
        return [.. document.RootElement.GetProperty("rows").EnumerateArray().Select(row => row.GetRawText())];
    }

    public async Task<long> CountAsync(string path, string key)
    {
        using var answer = await GetAsync(path, key);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {text}");
        return long.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>Asks it to end, as a service manager does.</summary>
    public void Terminate() => Assert.Equal(0, Kill(process.Id, 15));

    /// <summary>SIGKILL.</summary>
    public void Kill() => process.Kill();

    /// <summary>A figure of its metrics, which a key of scope admin reads; 0 where it is not there yet.</summary>
    public async Task<double> MetricAsync(string series)
    {
        var line = (await Client.GetStringAsync("/metrics", Token)).Split('\n').FirstOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line.AsSpan(series.Length), CultureInfo.InvariantCulture);
    }

    public async Task<int> ExitCodeAsync()
    {
        await process.WaitForExitAsync(Token).WaitAsync(Patience, Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);

    // The name, in parentheses, may hold anything; the parent is the second field behind it. Of one that has ended, but was not waited for, the state is Z.
    private bool IsChild(int candidate)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{candidate}/stat");
            var fields = status[(status.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] != "Z" && int.Parse(fields[1], CultureInfo.InvariantCulture) == process.Id;
        }
        catch (IOException)
        {
            // It has just ended.
            return false;
        }
    }

    private void Heard(string? line)
    {
        if (line is null)
            return;
        lock (log)
            log.AppendLine(line);
        if (line.StartsWith("serve: lake", StringComparison.Ordinal))
            listening.TrySetResult(new Uri(line[(line.LastIndexOf(' ') + 1)..].Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)));
    }
}
