using System.Diagnostics;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Tests.Lake.Tables;
using Xunit;

namespace FlowLake.Tests.Ingest.Runtime;

/// <summary>The program as a Lambda function: a real process of it, driven by a stand-in of the API it is written for.</summary>
public sealed class LambdaProgramTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_invocation_drains_the_inbox_and_the_next_one_goes_on()
    {
        await using var api = await RuntimeApiStandIn.StartAsync();
        using var store = ObjectStores.Open(folder.File("lake"));
        var source = new InboxSource(store, "node-a", "zone-a", Now.AddHours(-1));
        await source.PutAsync(4);
        await source.PutAsync(5);
        using var function = Start(api, ("FLOWLAKE_LAKE", folder.File("lake")), ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024"));

        var first = await api.InvokeAsync(Now.AddMinutes(5));
        Assert.Null(first.ErrorType);
        Assert.Equal((LakeTables.All.Length, 2, 9 + 2, 0), (Number(first, "commits"), Number(first, "files"), Number(first, "rows"), Number(first, "quarantined")));
        Assert.True(first.Body.GetProperty("drained").GetBoolean());

        await source.PutAsync(6);
        var second = await api.InvokeAsync(Now.AddMinutes(5));
        Assert.Equal((1, 7), (Number(second, "files"), Number(second, "rows")));
        Assert.Equal(15, (await DeltaChecker.CheckAsync(store, "flows", folder.Path)).Sound().Rows);
        Assert.Equal(0, await function.StopAsync());
    }

    [Fact]
    public async Task No_step_begins_in_the_last_ten_seconds_before_the_deadline()
    {
        await using var api = await RuntimeApiStandIn.StartAsync();
        using var store = ObjectStores.Open(folder.File("lake"));
        await new InboxSource(store, "node-a", "zone-a", Now.AddHours(-1)).PutAsync(4);
        using var function = Start(api, ("FLOWLAKE_LAKE", folder.File("lake")));
        var late = await api.InvokeAsync(Now.AddSeconds(9));
        Assert.Null(late.ErrorType);
        Assert.Equal(0, Number(late, "commits"));
        Assert.False(late.Body.GetProperty("drained").GetBoolean());
        Assert.Equal(LakeTables.All.Length, Number(await api.InvokeAsync(Now.AddMinutes(5)), "commits"));
    }

    [Fact]
    public async Task A_failure_is_the_invocations_error_and_the_next_invocation_tries_again()
    {
        await using var api = await RuntimeApiStandIn.StartAsync();
        using var store = ObjectStores.Open(folder.File("lake"));
        await new InboxSource(store, "node-a", "zone-a", Now.AddHours(-1)).PutAsync(4);
        await store.PutAsync("flows/_delta_log/00000000000000000000.json", "nonsense"u8.ToArray(), TestContext.Current.CancellationToken);
        using var function = Start(api, ("FLOWLAKE_LAKE", folder.File("lake")));
        var failed = await api.InvokeAsync(Now.AddMinutes(5));
        Assert.Equal("FlowLake.DeltaLogException", failed.ErrorType);
        Assert.Equal("DeltaLogException", failed.Body.GetProperty("errorType").GetString());
        Assert.Contains("line 1", failed.Body.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
        Assert.NotEqual(0, failed.Body.GetProperty("stackTrace").GetArrayLength());

        await store.DeleteAsync(["flows/_delta_log/00000000000000000000.json"], TestContext.Current.CancellationToken);
        Assert.Equal(1, Number(await api.InvokeAsync(Now.AddMinutes(5)), "files"));
    }

    [Fact]
    public async Task Without_a_lake_the_function_says_that_it_cannot_start()
    {
        await using var api = await RuntimeApiStandIn.StartAsync();
        using var function = Start(api);
        var error = await api.StartError;
        Assert.Contains("FLOWLAKE_LAKE is not set", error.Body.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, await function.EndAsync());
    }

    [Fact]
    public async Task Days_kept_are_a_setting()
    {
        await using var api = await RuntimeApiStandIn.StartAsync();
        using var store = ObjectStores.Open(folder.File("lake"));
        await new InboxSource(store, "node-old", "zone-a", Now.AddDays(-3)).PutAsync(4);
        await new InboxSource(store, "node-young", "zone-a", Now.AddHours(-1)).PutAsync(5);
        using var function = Start(api, ("FLOWLAKE_LAKE", folder.File("lake")), ("FLOWLAKE_RETENTION_DAYS", "2"));
        var answer = await api.InvokeAsync(Now.AddMinutes(5));
        Assert.Equal((1, 5 + 1), (Number(answer, "quarantined"), Number(answer, "rows")));
        Assert.Contains("more than 2 days before", function.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FLOWLAKE_RETENTION_DAYS", "a week", "a whole number of days, 1 to 36500")]
    [InlineData("FLOWLAKE_ROLLUP_RETENTION_DAYS", "0", "a whole number of days, 1 to 36500")]
    [InlineData("FLOWLAKE_SHARE", "3/2", "write it as 2/4, the second of four parts, of which there are at most 64")]
    public async Task A_setting_that_is_none_is_said_at_the_start(string variable, string value, string wayOut)
    {
        await using var api = await RuntimeApiStandIn.StartAsync();
        using var function = Start(api, ("FLOWLAKE_LAKE", folder.File("lake")), (variable, value));
        Assert.Contains($"{variable} is \"{value}\": {wayOut}", (await api.StartError).Body.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, await function.EndAsync());
    }

    [Fact]
    public async Task Two_instances_that_overlap_take_every_row_once_within_the_memory_they_were_given()
    {
        const int Mebibytes = 1_024;
        using var store = ObjectStores.Open(folder.File("lake"));
        InboxSource[] sources = [.. Enumerable.Range(0, 10).Select(node => new InboxSource(store, $"node-{node}", $"zone-{node % 3}", Now.AddHours(-1)))];
        foreach (var source in sources)
        {
            for (var file = 0; file < 8; file++)
                await source.PutWithSidesAsync(200, dns: 5, drops: 2);
        }

        await Task.WhenAll(Enumerable.Range(0, 2).Select(RunAsync));
        await ExactlyOnce.AssertTablesAsync(store, sources, folder.Path);
        Assert.False(await store.ListAsync("inbox/", cancellationToken: TestContext.Current.CancellationToken).AnyAsync(TestContext.Current.CancellationToken));

        async Task RunAsync(int instance)
        {
            await using var api = await RuntimeApiStandIn.StartAsync();
            var temporary = Directory.CreateDirectory(folder.File($"tmp-{instance}")).FullName;
            var clock = Stopwatch.StartNew();
            using var function = Start(api, ("FLOWLAKE_LAKE", folder.File("lake")), ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", $"{Mebibytes}"), ("TMPDIR", temporary));
            await api.FirstPoll;
            var started = clock.Elapsed;
            RuntimeApiAnswer answer;
            do
            {
                answer = await api.InvokeAsync(Now.AddMinutes(5));
                Assert.Null(answer.ErrorType);
            }
            while (!answer.Body.GetProperty("drained").GetBoolean());
            Assert.Equal(0, Number(answer, "behind"));
            var peak = function.PeakMemory >> 20;
            Assert.InRange(peak, 1, Mebibytes);
            Assert.Equal(0, await function.StopAsync());
            // What a run wrote there is gone with it.
            Assert.Empty(Directory.EnumerateFiles(temporary, "*.parquet", SearchOption.AllDirectories));
            TestContext.Current.TestOutputHelper?.WriteLine($"instance {instance}: first poll after {started.TotalMilliseconds:F0} ms, {peak} MiB resident at most");
        }
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static IngestProcess Start(RuntimeApiStandIn api, params (string Name, string Value)[] environment) =>
        IngestProcess.Function(environment.Append(("AWS_LAMBDA_RUNTIME_API", api.Address)).ToDictionary());

    private static long Number(RuntimeApiAnswer answer, string name) => answer.Body.GetProperty(name).GetInt64();
}
