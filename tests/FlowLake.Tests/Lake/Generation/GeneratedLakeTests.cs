using FlowLake.Ingest;
using FlowLake.Lake.Generation;
using FlowLake.Lake.Objects;
using FlowLake.Tests.Lake.Tables;
using Xunit;

namespace FlowLake.Tests.Lake.Generation;

/// <summary>A generated lake holds the sums the generator says, by whichever way its rows came in.</summary>
public sealed class GeneratedLakeTests
{
    private const string Sums = "SELECT count(*), count(*) FILTER (is_primary), (sum(payload_to_server + payload_to_client) FILTER (is_primary))::BIGINT FROM rows";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_table_has_what_was_made(bool direct)
    {
        using var folder = new TemporaryFolder();
        var options = new GenerateOptions { Lake = folder.File("lake"), Rows = 6_000, Direct = direct, WorkFolder = folder.File("made") };
        var totals = await GeneratedLake.MakeAsync(options, TimeProvider.System, TestContext.Current.CancellationToken);
        if (!direct)
            await IngestService.RunAsync(new IngestOptions { Lake = options.Lake, WorkFolder = folder.File("work"), Log = TextWriter.Null, Threads = 1 }, follow: false, TestContext.Current.CancellationToken);

        using var store = ObjectStores.Open(options.Lake);
        var flows = (await DeltaChecker.CheckAsync(store, "flows", folder.Path)).Sound();
        Assert.InRange(totals.Rows, 6_000, 30_000);
        Assert.Equal([[totals.Rows, totals.PrimaryRows, totals.Payload]], flows.Ask(Sums));
        Assert.Equal(direct ? 1 : 10, flows.Transactions.Count);
        Assert.Empty(await store.ListAsync("quarantine/", cancellationToken: TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
        Assert.False(Directory.Exists(options.WorkFolder));
    }

    [Fact]
    public async Task Wrong_options_are_told_all_at_once()
    {
        var wrong = await Assert.ThrowsAsync<ArgumentException>(() => GeneratedLake.MakeAsync(new GenerateOptions { Lake = "", Nodes = 3, Rows = 0, Window = TimeSpan.FromMilliseconds(5) }, TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.Contains("nodes 3: 10 to 5000", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("rows 0", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("window 00:00:00.005", wrong.Message, StringComparison.Ordinal);
    }
}
