using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Xunit;

namespace FlowLake.Tests.QueryApi.Hostile;

/// <summary>Strangers attack a server, while another client goes on asking.</summary>
public sealed class HostileInputTests : IAsyncLifetime
{
    /// <summary>Attacks under way at once: fewer than the server's turns, so that one is left for the other client.</summary>
    private const int Together = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // What the engine, the runtime and the operating system would say of themselves.
    private static readonly string[] Internals =
    [
        "read_parquet", "hive_", "file_row_number", ".parquet", "libduckdb", ".so", "duckdb_", "INTERNAL", "FATAL", "   at FlowLake", "Exception", "StackTrace", "0x0000", "root:x:", "/proc/", "/home", "/usr/", "PATH=", "stack trace", "links/", "entities",
    ];

    private readonly TestLake lake = new();
    private readonly string outside = Directory.CreateTempSubdirectory("flowlake-tests-hostile-").FullName;
    private AttackedServer server = null!;
    private HttpClient client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static IEnumerable<Attack> All =>
    [
        .. FileAttacks.All, .. EngineAttacks.All, .. SizeAttacks.All, .. ResourceAttacks.All, .. RequestAttacks.All, .. ODataAttacks.All,
    ];

    private string Out => Directory.CreateDirectory(Path.Combine(outside, "out")).FullName;

    private string SecretFile => Path.Combine(outside, "secret.csv");

    public async ValueTask InitializeAsync()
    {
        await lake.AddFlowsAsync(TestFlows.Make(31, 2_000));
        await lake.AddCoverageAsync(TestFlows.MakeCoverage(32, 40));
        await File.WriteAllTextAsync(SecretFile, $"a,b\n{AttackedServer.Secret},1\n", Token);
        server = await AttackedServer.StartAsync(lake.Folder, lake.CacheFolder);
        client = new HttpClient { BaseAddress = server.Address, Timeout = Patience };
        await AnsweredAsync(ReadyAsync);
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        server.Dispose();
        lake.Dispose();
        Directory.Delete(outside, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Every_attack_gets_the_answer_it_must_and_nobody_else_notices()
    {
        var places = new Dictionary<string, string> { ["lake"] = lake.Folder, ["file"] = DataFile(), ["secret"] = SecretFile, ["out"] = Out };
        Attack[] attacks = [.. All.Select(attack => attack.At(places))];
        Assert.True(attacks.Length >= 150);
        var before = Files();
        var wrong = new ConcurrentQueue<string>();

        using var over = new CancellationTokenSource();
        var bystander = AskAsync(over.Token);
        await Parallel.ForEachAsync(attacks, new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = Token }, async (attack, _) =>
        {
            if (await WrongAsync(attack) is { } finding)
                wrong.Enqueue(finding);
        });
        await over.CancelAsync();
        var answers = await bystander;

        Assert.True(wrong.IsEmpty, string.Join('\n', [.. wrong, .. server.Log.Select(Shorten)]));
        Assert.True(answers > 0, "the other client got no answer");
        Assert.False(server.HasEnded);
        Assert.True(await AnsweredAsync(RightAsync));
        Assert.Equal(before, Files());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Out));
        // What an attack makes of memory is its worker's, which has a limit.
        Assert.InRange(server.PeakMemory, 1, 500L << 20);
    }

    // What is wrong with the answer to an attack, or null.
    private async Task<string?> WrongAsync(Attack attack)
    {
        try
        {
            HttpStatusCode status = default;
            var (body, headers) = ("", "");
            await AnsweredAsync(async () =>
            {
                using var request = attack.Request(server.Address);
                using var response = await client.SendAsync(request, Token);
                (status, body, headers) = (response.StatusCode, await response.Content.ReadAsStringAsync(Token), response.Headers.ToString());
                // On a busy machine the time of a statement may be over before it was looked at.
                return attack.IsStopped || status != HttpStatusCode.RequestTimeout;
            });
            var said = attack.Text;
            var told = $"{headers}\n{body}";
            if (!attack.Allows(status))
                return $"{attack}\n  -> {status} for {attack.Status}: {Shorten(body)}";
            if (attack.Says is { } says && !body.Contains(says, StringComparison.Ordinal))
                return $"{attack}\n  -> does not say {says}: {Shorten(body)}";
            return Forbidden().FirstOrDefault(word => told.Contains(word, StringComparison.OrdinalIgnoreCase) && !said.Contains(word, StringComparison.OrdinalIgnoreCase)) is { } word
                ? $"{attack}\n  -> tells \"{word}\": {Shorten(told)}"
                : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return $"{attack}\n  -> no answer: {exception.Message}";
        }
    }

    private IEnumerable<string> Forbidden() => [AttackedServer.Secret, lake.Folder, lake.CacheFolder, outside, AppContext.BaseDirectory.TrimEnd('/'), Environment.MachineName + "/", .. Internals];

    // A client that means no harm asks without pause; an answer that is not right fails. One that is refused because others take the time is asked for again.
    private async Task<int> AskAsync(CancellationToken over)
    {
        var answers = 0;
        while (!over.IsCancellationRequested)
        {
            if (await RightAsync())
                answers++;
        }

        return answers;
    }

    private async Task<bool> RightAsync()
    {
        var zone = TestFlows.Zones[0]!;
        var expected = lake.Primary.Where(flow => flow.Zone == zone).ToList();
        if (await GetAsync("/v1/sql?query=" + Uri.EscapeDataString($"SELECT count(*), sum(payload_to_server)::BIGINT FROM flows WHERE zone = '{zone}'")) is not { } sql)
            return false;
        Assert.Equal($"[[{expected.Count},{expected.Sum(flow => flow.PayloadToServer)}]]", sql.GetProperty("rows").GetRawText());
        if (await GetAsync("/odata/Flows/$count?$filter=" + Uri.EscapeDataString($"zone eq '{zone}'")) is not { } count)
            return false;
        Assert.Equal(expected.Count, count.GetInt32());
        return true;
    }

    private async Task<JsonElement?> GetAsync(string target)
    {
        using var response = await client.GetAsync(target, Token);
        var body = await response.Content.ReadAsStringAsync(Token);
        if (response.StatusCode == HttpStatusCode.RequestTimeout)
            return null;
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"the other client asked {target} and got {response.StatusCode}: {body}");
        using var document = JsonDocument.Parse(body);
        return document.RootElement.Clone();
    }

    private async Task<bool> ReadyAsync() => (await client.GetAsync("/readyz", Token)).IsSuccessStatusCode;

    private static async Task<bool> AnsweredAsync(Func<Task<bool>> ask)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (!await ask())
        {
            if (TimeProvider.System.GetElapsedTime(deadline) > Patience)
                return false;
            await Task.Delay(50, Token);
        }

        return true;
    }

    private string DataFile() => Directory.EnumerateFiles(Path.Combine(lake.Folder, "flows"), "*.parquet", SearchOption.AllDirectories).First();

    // Whatever is in the lake and beside it, with its size and its time.
    private string[] Files() => [.. new[] { lake.Folder, outside }
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        .Order(StringComparer.Ordinal)
        .Select(file => string.Create(CultureInfo.InvariantCulture, $"{file} {new FileInfo(file).Length} {File.GetLastWriteTimeUtc(file):O}"))];

    private static string Shorten(string text) => text.Length <= 400 ? text : text[..400] + "...";
}
