using System.Text.Json;
using FlowLake.Ingest;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Tests.Ingest;
using FlowLake.Tests.Lake.Tables;
using Xunit;

namespace FlowLake.Tests.Cli;

/// <summary><c>flowlake maintain</c> and <c>flowlake table</c>, as scripts call them.</summary>
public sealed class MaintainVerbTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_checkpoint_is_written_when_asked_and_the_table_says_so()
    {
        using var store = ObjectStores.Open(folder.File("lake"));
        var source = new InboxSource(store, "node-a", "zone a", TimeProvider.System.GetUtcNow().AddHours(-1));
        await source.PutAsync(7);
        await IngestService.RunAsync(new IngestOptions { Lake = folder.File("lake"), WorkFolder = folder.File("work"), Log = TextWriter.Null }, follow: false, TestContext.Current.CancellationToken);

        var dry = await FlowLakeProgram.RunAsync(["maintain", "--lake", folder.File("lake"), "--checkpoint-versions", "1", "--dry-run", "--json"]);
        Assert.Equal((0, LakeTables.All.Length), (dry.ExitCode, Done(dry, "checkpoint")));
        Assert.Equal(JsonValueKind.Null, (await TableAsync()).GetProperty("checkpoint_version").ValueKind);
        var run = await FlowLakeProgram.RunAsync(["maintain", "--lake", folder.File("lake"), "--checkpoint-versions", "1", "--json"]);
        Assert.Equal((0, LakeTables.WithRollups.Length), (run.ExitCode, Done(run, "checkpoint")));
        Assert.Contains("maintain: flows: checkpoint: of version 0", run.Error, StringComparison.Ordinal);

        var table = await TableAsync();
        Assert.Equal((0, 0, 1, 7), (table.GetProperty("version").GetInt64(), table.GetProperty("checkpoint_version").GetInt64(), table.GetProperty("files").GetInt32(), table.GetProperty("rows").GetInt64()));
        Assert.Equal(source.Stream.AppId, table.GetProperty("streams")[0].GetProperty("stream").GetString());
        Assert.Equal("WRITE", table.GetProperty("history")[0].GetProperty("operation").GetString());
        var words = await FlowLakeProgram.RunAsync(["table", "--lake", folder.File("lake")]);
        Assert.Contains("flows: version 0", words.Output, StringComparison.Ordinal);
        Assert.Contains("7 rows in 1 files", words.Output, StringComparison.Ordinal);
        (await DeltaChecker.CheckAsync(store, "flows", folder.Path)).Sound();
    }

    [Theory]
    [InlineData("maintain", "--retention-days", "0")]
    [InlineData("maintain", "--safe-age", "10m")]
    [InlineData("maintain", "--checkpoint-versions", "0")]
    [InlineData("table", "nonsense", "--json")]
    [InlineData("table", "--history", "-1")]
    public async Task A_command_line_that_asks_for_nonsense_is_refused(params string[] arguments) =>
        Assert.Equal(2, (await FlowLakeProgram.RunAsync([.. arguments, "--lake", folder.File("lake")])).ExitCode);

    [Fact]
    public async Task A_lake_that_is_not_there_is_an_error()
    {
        foreach (var verb in new[] { "maintain", "table" })
        {
            var answer = await FlowLakeProgram.RunAsync([verb, "--lake", folder.File("nowhere")]);
            Assert.Equal(1, answer.ExitCode);
            Assert.Contains("there is no table at", answer.Error, StringComparison.Ordinal);
        }
    }

    private static int Done(FlowLakeProgram program, string task)
    {
        using var reports = JsonDocument.Parse(program.Output);
        return reports.RootElement.EnumerateArray().Where(report => report.GetProperty("task").GetString() == task).Sum(report => report.GetProperty("done").GetInt32());
    }

    private async Task<JsonElement> TableAsync()
    {
        var answer = await FlowLakeProgram.RunAsync(["table", "--lake", folder.File("lake"), "flows", "--json"]);
        Assert.Equal(0, answer.ExitCode);
        using var tables = JsonDocument.Parse(answer.Output);
        return tables.RootElement[0].Clone();
    }
}
