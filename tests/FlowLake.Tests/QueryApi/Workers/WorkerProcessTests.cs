using System.Net;
using System.Text.Json;
using FlowLake.Tests.QueryApi.Access;
using FlowLake.Tests.QueryApi.Hostile;
using Xunit;

namespace FlowLake.Tests.QueryApi.Workers;

/// <summary>Real workers of a real server: killed, stubborn, greedy, and left behind.</summary>
public sealed class WorkerProcessTests : IAsyncLifetime
{
    private static readonly string endless = "/v1/sql?format=ndjson&limit=10000000&query=" + Uri.EscapeDataString("SELECT i, md5(i::VARCHAR) AS a, md5(i::VARCHAR) AS b FROM range(100000000000) AS t(i)");

    private readonly TestLake lake = new();
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await lake.AddFlowsAsync(TestFlows.Make(71, 500));

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        lake.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task One_that_is_killed_in_the_middle_of_an_answer_cuts_that_answer_and_no_other()
    {
        await using var served = await ServeProcess.StartAsync(lake);
        await ServeProcess.EventuallyAsync(async () => await served.MetricAsync("flowlake_query_workers_ready") == 2);
        using var first = await served.Client.GetAsync(endless, HttpCompletionOption.ResponseHeadersRead, Token);
        using var second = await served.Client.GetAsync(endless, HttpCompletionOption.ResponseHeadersRead, Token);
        var before = served.Workers;
        Assert.Equal(2, before.Count);
        using (var victim = System.Diagnostics.Process.GetProcessById(before.First()))
            victim.Kill();
        // More than all sockets on the way hold.
        var read = await Task.WhenAll(ReadAsync(first, 60 << 20), ReadAsync(second, 60 << 20));
        Assert.Equal([false, true], read.Order());
        await ServeProcess.EventuallyAsync(async () => await served.MetricAsync("flowlake_query_workers_ready") == 2);
        Assert.Equal(3, await served.MetricAsync("flowlake_query_workers_started_total"));
        Assert.Equal(1, await served.MetricAsync("flowlake_query_workers_died_total{reason=\"memory\"}"));
        Assert.Single(before, served.Workers.Contains);
    }

    [Fact]
    public async Task One_that_does_not_stop_when_its_time_is_over_is_killed_and_replaced_and_nobody_else_notices()
    {
        var (hasty, patient) = (TestKeys.Add(folder.File("keys"), limits: new() { Seconds = 2 }), TestKeys.Add(folder.File("keys")));
        await using var served = await ServeProcess.StartAsync(lake, "--keys", folder.File("keys"), "--engine-bytes", "268435456");
        await ServeProcess.EventuallyAsync(() => Task.FromResult(served.Workers.Count == 2));
        var before = served.Workers;
        var answers = await WhileAsync(served, patient, async () =>
        {
            using var stubborn = await PostAsync(served, ResourceAttacks.Stubborn, hasty);
            Assert.Equal(HttpStatusCode.RequestTimeout, stubborn.StatusCode);
            await ServeProcess.EventuallyAsync(() => Task.FromResult(served.Log.Contains("did not stop and was killed; its time was over: True", StringComparison.Ordinal)));
        });
        Assert.True(answers > 0, "the other client got no answer");
        await OneOfTwoIsNewAsync(served, before);
    }

    [Fact]
    public async Task One_that_wants_all_memory_is_refused_it_or_ends_and_nobody_else_notices()
    {
        var key = TestKeys.Add(folder.File("keys"));
        await using var served = await ServeProcess.StartAsync(lake, "--keys", folder.File("keys"), "--engine-bytes", "268435456", "--worker-allowance-bytes", "536870912");
        var answers = await WhileAsync(served, key, async () =>
        {
            using var greedy = await PostAsync(served, ResourceAttacks.Greedy, key);
            using var problem = JsonDocument.Parse(await greedy.Content.ReadAsStringAsync(Token));
            var type = problem.RootElement.GetProperty("type").GetString();
            Assert.True((greedy.StatusCode, type) == (HttpStatusCode.UnprocessableEntity, "urn:flowlake:problem:too-much"), $"{greedy.StatusCode}, {type}\n{served.Log}");
        });
        Assert.True(answers > 0, "the other client got no answer");
        await ServeProcess.EventuallyAsync(() => Task.FromResult(served.Workers.Count == 2));
    }

    [Fact]
    public async Task One_that_was_given_most_of_its_memory_is_replaced_behind_a_right_answer_before_another_question_lacks_it()
    {
        var key = TestKeys.Add(folder.File("keys"));
        await using var served = await ServeProcess.StartAsync(lake, "--keys", folder.File("keys"), "--engine-bytes", "268435456", "--worker-allowance-bytes", "536870912");
        await ServeProcess.EventuallyAsync(() => Task.FromResult(served.Workers.Count == 2));
        var before = served.Workers;
        using (var answer = await PostAsync(served, ResourceAttacks.OneVector(texts: 450), key))
            Assert.Contains("[[900003]]", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        await ServeProcess.EventuallyAsync(() => Task.FromResult(served.Log.Contains("has taken most of the memory it may have", StringComparison.Ordinal)));
        Assert.Equal([$"[{lake.Primary.Count()}]"], await served.RowsAsync("SELECT count(*) FROM flows", key));
        await OneOfTwoIsNewAsync(served, before);
    }

    [Fact]
    public async Task Workers_end_with_a_server_that_is_killed_and_the_next_one_removes_what_is_left_of_them()
    {
        var folders = Path.Combine(lake.CacheFolder, "workers");
        string left;
        await using (var served = await ServeProcess.StartAsync(lake))
        {
            var workers = served.Workers;
            Assert.NotEmpty(workers);
            left = Assert.Single(Directory.GetDirectories(folders));
            served.Kill();
            await ServeProcess.EventuallyAsync(() => Task.FromResult(!workers.Any(worker => Directory.Exists($"/proc/{worker}"))));
        }

        Assert.True(Directory.Exists(left));
        await using var next = await ServeProcess.StartAsync(lake);
        Assert.NotEqual(left, Assert.Single(Directory.GetDirectories(folders)));
    }

    // One that was killed is seen for a moment still, and so is not waited for by the number of them alone.
    private static Task OneOfTwoIsNewAsync(ServeProcess served, IReadOnlyCollection<int> before) =>
        ServeProcess.EventuallyAsync(() => Task.FromResult(served.Workers is { Count: 2 } now && before.Count(now.Contains) == 1));

    // Asks on while something else is done. Every answer has to be right.
    private async Task<int> WhileAsync(ServeProcess served, string key, Func<Task> deed)
    {
        var done = deed();
        var answers = 0;
        for (; !done.IsCompleted; answers++)
            Assert.Equal([$"[{lake.Primary.Count()},{lake.Primary.Sum(flow => flow.PayloadToServer)}]"], await served.RowsAsync("SELECT count(*), sum(payload_to_server)::BIGINT FROM flows", key));
        await done;
        return answers;
    }

    private static async Task<HttpResponseMessage> PostAsync(ServeProcess served, string sql, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/sql") { Content = new StringContent($$"""{"sql": {{JsonSerializer.Serialize(sql)}}}""", System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("X-API-Key", key);
        return await served.Client.SendAsync(request, Token);
    }

    // Whether so many bytes of an answer come.
    private static async Task<bool> ReadAsync(HttpResponseMessage answer, long bytes)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(Token);
        var buffer = new byte[64 << 10];
        try
        {
            for (var left = bytes; left > 0;)
            {
                var read = await body.ReadAsync(buffer, Token);
                Assert.NotEqual(0, read);
                left -= read;
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return false;
        }
    }
}
