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

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static IngestProcess Start(RuntimeApiStandIn api, params (string Name, string Value)[] environment) =>
        IngestProcess.Function(environment.Append(("AWS_LAMBDA_RUNTIME_API", api.Address)).ToDictionary());

    private static long Number(RuntimeApiAnswer answer, string name) => answer.Body.GetProperty(name).GetInt64();
}
