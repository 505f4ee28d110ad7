using FlowLake.QueryApi.Relations;
using Xunit;

namespace FlowLake.Tests.Ingest.Maintenance;

/// <summary>Somebody reads without pause while rows come and maintenance runs twice at once: every answer is a sum of whole commits.</summary>
public sealed class UnderwayReaderTests
{
    private const int Commits = 12;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_sum_is_that_of_a_version()
    {
        using var lake = new MaintainedLake();
        await lake.AppendAsync(0, rowsMax: 100);
        // Rows and payload after each commit, which are the only right answers.
        var states = new List<(long Rows, long Payload)> { State(lake) };
        using var written = new CancellationTokenSource();
        using var settled = new CancellationTokenSource();
        var maintenance = Enumerable.Range(0, 2).Select(_ => Task.Run(
            async () =>
            {
                do
                    await lake.MaintainAsync();
                while (!written.IsCancellationRequested);
            },
            Token)).ToArray();
        var reader = Task.Run(() => ReadAsync(lake, settled.Token), Token);
        for (var commit = 1; commit < Commits; commit++)
        {
            await lake.AppendAsync(commit, rowsMax: 100);
            states.Add(State(lake));
        }

        await written.CancelAsync();
        await Task.WhenAll(maintenance);
        await settled.CancelAsync();
        var answers = await reader;
        Assert.All(answers, answer => Assert.Contains(answer, states));
        Assert.Equal(states[^1], answers[^1]);
        await lake.MaintainAsync();
        await lake.AssertSoundAsync();
    }

    private static (long Rows, long Payload) State(MaintainedLake lake) => (lake.Rows.Count, lake.Rows.Where(row => row.IsPrimary).Sum(row => row.PayloadToServer + row.PayloadToClient));

    // The last answer is asked for when nobody changes the lake any more.
    private static async Task<List<(long Rows, long Payload)>> ReadAsync(MaintainedLake lake, CancellationToken settled)
    {
        var answers = new List<(long, long)>();
        using var catalog = FlowCatalog.Open(lake.Store, new CatalogOptions { CacheFolder = lake.CacheFolder, Threads = 1 }, TimeProvider.System);
        for (var last = false; !last;)
        {
            last = settled.IsCancellationRequested;
            while (!await catalog.RefreshAsync(Token) && catalog.Version.Flows < 0)
                await Task.Delay(10, Token);
            using var lease = catalog.Acquire();
            using var connection = lease.Connect(FlowRelations.All);
            answers.Add((connection.Scalar<long>("SELECT count(*) FROM flow_rows"), connection.Scalar<long>("SELECT sum(payload)::BIGINT FROM zone_traffic")));
            Assert.Equal(answers[^1].Item2, connection.Scalar<long>("SELECT sum(payload)::BIGINT FROM pair_traffic"));
        }

        return answers;
    }
}
