using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using FlowLake.Tests.QueryApi.Hostile;

namespace FlowLake.Benchmarks.Query.Load;

/// <summary>Clients of a server with keys: some ask what the questions ask, others send what the tests know as attacks.</summary>
internal sealed class MixedLoad : IDisposable
{
    public const int Askers = 6;
    public const int Attackers = 3;

    private const int FindingsMax = 20;

    // A limit that is met is an answer too: whoever shares a service with others may have to ask again.
    private static readonly HttpStatusCode[] limits = [HttpStatusCode.RequestTimeout, HttpStatusCode.TooManyRequests, HttpStatusCode.ServiceUnavailable, HttpStatusCode.UnprocessableEntity];

    private readonly IReadOnlyList<AskedQuestion> questions;
    private readonly Attack[] attacks;
    private readonly (string Asker, string Attacker) keys;
    private readonly ConcurrentQueue<string> findings = new();
    private long right;
    private long wrong;
    private long refused;
    private long attacked;
    private long attackedWrong;
    private int run;

    private MixedLoad(QueryProcess server, IReadOnlyList<AskedQuestion> questions, Attack[] attacks, (string Asker, string Attacker) keys) =>
        (Server, this.questions, this.attacks, this.keys) = (server, questions, attacks, keys);

    public QueryProcess Server { get; }

    /// <summary>How many different attacks there are.</summary>
    public int Attacks => attacks.Length;

    /// <summary>The first things that were wrong.</summary>
    public IEnumerable<string> Findings => findings;

    /// <summary>Starts the server, with a key that may ask for a minute and one that may ask for two seconds.</summary>
    /// <param name="lake">The lake.</param>
    /// <param name="folder">An empty folder.</param>
    public static async Task<MixedLoad> StartAsync(BenchmarkLake lake, string folder)
    {
        var keyFile = Path.Combine(folder, "keys.json");
        var keys = (await CreateKeyAsync(keyFile, "asker"), await CreateKeyAsync(keyFile, "attacker", "--seconds", "2", "--parallel", "2"));
        var secret = Path.Combine(folder, "secret.csv");
        await File.WriteAllTextAsync(secret, "a,b\nsecret,1\n");
        var places = new Dictionary<string, string>
        {
            ["lake"] = lake.Folder,
            ["file"] = Directory.EnumerateFiles(Path.Combine(lake.Folder, "flows"), "*.parquet", SearchOption.AllDirectories).First(),
            ["secret"] = secret,
            ["out"] = Directory.CreateDirectory(Path.Combine(folder, "out")).FullName,
        };
        IEnumerable<Attack> all = [.. FileAttacks.All, .. EngineAttacks.All, .. SizeAttacks.All, .. ResourceAttacks.All, .. RequestAttacks.All, .. ODataAttacks.All];
        var questions = AskedQuestion.All(lake);
        return new MixedLoad(QueryProcess.Start(lake.Folder, keyFile), questions, [.. all.Select(attack => attack.At(places))], keys);
    }

    public LoadCounts Counts() => new(Interlocked.Read(ref right), Interlocked.Read(ref wrong), Interlocked.Read(ref refused), Interlocked.Read(ref attacked), Interlocked.Read(ref attackedWrong));

    /// <summary>Lets all clients go on for so long, and waits for their last answers.</summary>
    public async Task RunAsync(TimeSpan length)
    {
        var begin = Stopwatch.GetTimestamp();
        var number = run++;
        await Task.WhenAll(
            [.. Enumerable.Range(0, Askers).Select(client => LoopAsync(questions, client, AskAsync)), .. Enumerable.Range(Askers, Attackers).Select(client => LoopAsync(attacks, client, AttackAsync))]);

        async Task LoopAsync<T>(IReadOnlyList<T> all, int client, Func<T, Task> send)
        {
            var random = new Random((number * 100) + client);
            while (Stopwatch.GetElapsedTime(begin) < length && !Server.HasEnded)
                await send(all[random.Next(all.Count)]);
        }
    }

    public void Dispose() => Server.Dispose();

    private async Task AskAsync(AskedQuestion question)
    {
        try
        {
            var (status, body) = await Server.AskAsync(question.Body, keys.Asker);
            if (limits.Contains(status))
                Interlocked.Increment(ref refused);
            else if (status == HttpStatusCode.OK && QueryProcess.Rows(body) == question.Rows)
                Interlocked.Increment(ref right);
            else
                Wrong(ref wrong, $"{question.Name}: {status}: {System.Text.Encoding.UTF8.GetString(body)}");
        }
        catch (HttpRequestException exception)
        {
            Wrong(ref wrong, $"{question.Name}: {exception.Message}");
        }
    }

    private async Task AttackAsync(Attack attack)
    {
        Interlocked.Increment(ref attacked);
        try
        {
            using var request = attack.Request(Server.Address);
            request.Headers.Add("X-API-Key", keys.Attacker);
            using var response = await Server.Client.SendAsync(request);
            var body = await response.Content.ReadAsStringAsync();
            if (!limits.Contains(response.StatusCode) && !(attack.Allows(response.StatusCode) && body.Contains(attack.Says ?? "", StringComparison.Ordinal)))
                Wrong(ref attackedWrong, $"{attack}: {response.StatusCode}: {body}");
        }
        catch (HttpRequestException exception)
        {
            Wrong(ref attackedWrong, $"{attack}: {exception.Message}");
        }
    }

    private void Wrong(ref long count, string finding)
    {
        Interlocked.Increment(ref count);
        if (findings.Count < FindingsMax)
            findings.Enqueue(finding.Length <= 500 ? finding : finding[..500] + "...");
    }

    // The key is the one line that goes to standard output.
    private static async Task<string> CreateKeyAsync(string file, string name, params string[] limits)
    {
        using var process = Process.Start(new ProcessStartInfo("bin/flowlake", ["key", "create", "--keys", file, "--name", name, .. limits]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"flowlake key create ended with {process.ExitCode}");
    }
}
