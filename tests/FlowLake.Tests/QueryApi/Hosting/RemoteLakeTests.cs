using System.Net;
using System.Text.Json;
using FlowLake.Lake.Objects;
using FlowLake.Tests.Cli;
using FlowLake.Tests.Lake.Objects;
using FlowLake.Tests.QueryApi.Access;
using FlowLake.Tests.QueryApi.Relations;
using Xunit;

namespace FlowLake.Tests.QueryApi.Hosting;

/// <summary>The commands over a lake in a real S3 server.</summary>
[Collection(S3ServerCollection.Name)]
public sealed class RemoteLakeTests(S3ServerFixture server) : IAsyncLifetime
{
    private readonly PartialReplica replica = new();
    private readonly HashSet<string> copied = [];
    private FaultProxy proxy = null!;
    private string lake = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Data files of flows that clients asked for.</summary>
    private IEnumerable<string> Fetched => proxy.Requests.Where(IsFetchOfFlows);

    public async ValueTask InitializeAsync()
    {
        proxy = new FaultProxy(server.Endpoint);
        lake = await server.CreateLakeAsync("lake", proxy.Endpoint);
        for (var day = 0; day < 4; day++)
            await replica.AddDayAsync(day);
        await replica.Lake.AddCoverageAsync(TestFlows.MakeCoverage(1, 30));
        await CopyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        replica.Dispose();
    }

    [Fact]
    public async Task What_reaches_past_the_copies_is_refused_with_the_range_and_a_statement_for_Athena()
    {
        var budget = await replica.BudgetAsync(files: 2);
        await using var served = await ServeProcess.ListeningAsync(lake, replica.Lake.CacheFolder, "--replica-bytes", $"{budget}");
        await served.ReadyAsync();
        await ServeProcess.EventuallyAsync(async () => await StatusAsync(served, "SELECT count(*) FROM flows WHERE date >= '2026-11-12'") == HttpStatusCode.OK);
        using var answer = await served.Client.GetAsync("/v1/sql?query=" + Uri.EscapeDataString("SELECT count(*) FROM flows"), Token);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var problem = await ReadAsync(answer);
        Assert.Equal("urn:flowlake:problem:range", problem.GetProperty("type").GetString());
        Assert.Contains("WHERE is_primary", problem.GetProperty("athena").GetString(), StringComparison.Ordinal);
        var from = problem.GetProperty("rows_from").GetDateTimeOffset();
        Assert.InRange(from, PartialReplica.FirstDay.AddDays(1), PartialReplica.FirstDay.AddDays(2));

        using var odata = await served.Client.GetAsync("/odata/Flows?$filter=" + Uri.EscapeDataString("window_start ge 2026-11-10T00:00:00Z"), Token);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, odata.StatusCode);
        var error = (await ReadAsync(odata)).GetProperty("error");
        Assert.Equal(("RowsAreElsewhere", "window_start"), (error.GetProperty("code").GetString(), error.GetProperty("target").GetString()));
        var details = error.GetProperty("details").EnumerateArray().ToDictionary(detail => detail.GetProperty("code").GetString()!, detail => detail.GetProperty("message").GetString()!);
        Assert.Equal($"{from:yyyy-MM-dd'T'HH:mm:ss'Z'}", details["RowsFrom"]);
        Assert.Contains("from_iso8601_timestamp('2026-11-10T00:00:00Z')", details["Athena"], StringComparison.Ordinal);
        Assert.Equal("120", await served.Client.GetStringAsync($"/odata/Flows/$count?$filter=" + Uri.EscapeDataString($"window_start ge {details["RowsFrom"]}"), Token));

        // An entity says by its key where it is.
        using var entities = await served.Client.GetAsync("/odata/Traffic?$top=1&$filter=" + Uri.EscapeDataString($"window_start ge {details["RowsFrom"]}"), Token);
        var entity = (await ReadAsync(entities)).GetProperty("value")[0];
        using var again = await served.Client.GetAsync($"/odata/Traffic('{entity.GetProperty("id").GetString()}')", Token);
        Assert.Equal(entity.GetProperty("bytes").GetInt64(), (await ReadAsync(again)).GetProperty("bytes").GetInt64());

        using var tables = await served.Client.GetAsync("/v1/tables", Token);
        var begins = (await ReadAsync(tables)).GetProperty("tables").EnumerateArray().ToDictionary(
            table => table.GetProperty("name").GetString()!, table => table.TryGetProperty("rows_from", out var time) ? time.GetDateTimeOffset() : (DateTimeOffset?)null);
        Assert.Equal((from, from, null), (begins["flows"], begins["traffic"], begins["coverage"]));
        var metrics = await served.Client.GetStringAsync("/metrics", Token);
        Assert.Contains($"\nflowlake_replica_budget_bytes {budget}\n", metrics, StringComparison.Ordinal);
        foreach (var name in new[] { "flowlake_replica_size_bytes", "flowlake_replica_rows_from_seconds", "flowlake_replica_files_coming", "flowlake_replica_files_fetched_total", "flowlake_replica_files_deleted_total", "flowlake_replica_fetch_failures_total" })
            Assert.Contains(name, metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_killed_while_it_fetches_leaves_nothing_in_the_way_and_what_it_fetched_is_not_fetched_again()
    {
        proxy.Inject(Fault.SilenceWithinBody, IsFetchOfFlows);
        await using (var killed = await ServeProcess.ListeningAsync(lake, replica.Lake.CacheFolder))
        {
            await ServeProcess.EventuallyAsync(() => Task.FromResult(Fetched.Count() == 4 && replica.FilesHere().Count(file => file.Contains("/flows/", StringComparison.Ordinal)) == 3 && Partials().Length == 1));
            await killed.KillAsync();
        }

        Assert.Single(Partials());
        await using var served = await ServeProcess.ListeningAsync(lake, replica.Lake.CacheFolder);
        await using var other = await ServeProcess.ListeningAsync(lake, replica.Lake.CacheFolder, "--replica-bytes", "1");
        foreach (var process in new[] { served, other })
        {
            await process.ReadyAsync();
            await ServeProcess.EventuallyAsync(async () => await StatusAsync(process, "SELECT count(*) FROM flows") != HttpStatusCode.ServiceUnavailable);
        }

        Assert.Equal(HttpStatusCode.UnprocessableEntity, await StatusAsync(other, "SELECT count(*) FROM flows"));
        Assert.Equal(["[240]"], await served.RowsAsync("SELECT count(*) FROM flows"));
        Assert.Equal(5, Fetched.Count());
        Assert.Empty(Partials());

        // Both go on with the table, and the one with less room takes no file from the other.
        await replica.AddDayAsync(5);
        await CopyAsync();
        await ServeProcess.EventuallyAsync(async () => (await served.RowsAsync("SELECT count(*) FROM flows")).Single() == "[300]");
        await other.KillAsync();
        Assert.Equal(["[300]"], await served.RowsAsync("SELECT count(*) FROM flows"));

        string[] Partials() => Directory.GetFiles(replica.Lake.CacheFolder, "*.partial", SearchOption.AllDirectories);
    }

    [Fact]
    public async Task While_the_store_is_gone_the_version_that_is_there_is_answered_from_and_the_header_says_how_old_it_is()
    {
        await using (var first = await ServeProcess.ListeningAsync(lake, replica.Lake.CacheFolder))
            await ServeProcess.EventuallyAsync(async () => await StatusAsync(first, "SELECT count(*) FROM flows") == HttpStatusCode.OK);
        await server.StopGatewayAsync();
        try
        {
            await using var served = await ServeProcess.ListeningAsync(lake, replica.Lake.CacheFolder);
            using var answer = await served.Client.GetAsync("/v1/sql?format=csv&query=" + Uri.EscapeDataString("SELECT count(*) AS n FROM flows"), Token);
            Assert.Equal("n\r\n240\r\n", await answer.Content.ReadAsStringAsync(Token));
            Assert.Matches("^versions=0, seconds=[0-9.]+$", Assert.Single(answer.Headers.GetValues("FlowLake-Behind")));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await served.Client.GetAsync("/readyz", Token)).StatusCode);
        }
        finally
        {
            await server.StartGatewayAsync();
        }
    }

    [Fact]
    public async Task A_single_statement_fetches_what_it_needs_and_a_folder_keeps_it_for_the_next()
    {
        var day = await FlowLakeProgram.RunAsync(["sql", "--lake", lake, "--csv", "SELECT count(*) AS n FROM flows WHERE date = '2026-11-11'"]);
        Assert.Equal((0, "n\r\n60\r\n"), (day.ExitCode, day.Output));
        Assert.Single(Fetched);
        for (var run = 0; run < 2; run++)
        {
            var all = await FlowLakeProgram.RunAsync(["sql", "--lake", lake, "--csv", "--cache-folder", replica.Lake.CacheFolder, "SELECT count(*) AS n FROM flows"]);
            Assert.Equal((0, "n\r\n240\r\n"), (all.ExitCode, all.Output));
        }

        Assert.Equal(5, Fetched.Count());
        var refused = await FlowLakeProgram.RunAsync(["sql", "--lake", lake, "--replica-bytes", "10", "SELECT count(*) AS n FROM flows"]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("FROM \"flowlake\".\"flows\"", refused.Error, StringComparison.Ordinal);
    }

    // Data before the logs, so that what a log names is there.
    private async Task CopyAsync()
    {
        using var target = ObjectStores.Open(lake);
        var keys = await replica.Lake.Store.ListAsync("", cancellationToken: Token).Select(stored => stored.Key).ToListAsync(Token);
        foreach (var key in keys.Where(copied.Add).OrderBy(key => key.Contains("_delta_log", StringComparison.Ordinal)))
            await target.PutAsync(key, (await replica.Lake.Store.ReadAsync(key, Token))!, Token);
    }

    private static bool IsFetchOfFlows(string request) => request.StartsWith("GET ", StringComparison.Ordinal) && request.Contains("/lake/flows/", StringComparison.Ordinal) && request.Contains(".parquet", StringComparison.Ordinal) && !request.Contains("_delta_log", StringComparison.Ordinal);

    private static async Task<HttpStatusCode> StatusAsync(ServeProcess served, string sql) => (await served.Client.GetAsync("/v1/sql?query=" + Uri.EscapeDataString(sql), Token)).StatusCode;

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        return document.RootElement.Clone();
    }
}
