using FlowLake.Ingest.Maintenance;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Rollups;
using Xunit;

namespace FlowLake.Tests.Ingest.Maintenance;

public sealed class RollupBuilderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 5)];

    [Theory, MemberData(nameof(Seeds))]
    public async Task Rollups_are_the_raw_rows_after_a_random_history_with_late_rows(int seed)
    {
        using var lake = new MaintainedLake();
        var random = new Random(seed);
        await lake.AppendAsync(60);
        for (var turn = 0; turn < 8; turn++)
        {
            // Within the hour, across midnight, or two days late.
            if (random.Next(3) > 0)
                await lake.AppendAsync(random.Next(4) == 0 ? random.Next(-2_880, 0) : 60 + turn);
            else
                await lake.RollUpAsync();
        }

        await lake.RollUpAsync();
        await lake.RollUpAsync();
        await lake.AssertSoundAsync();
    }

    [Fact]
    public async Task Of_two_that_roll_up_at_once_each_version_counts_once()
    {
        using var lake = new MaintainedLake();
        for (var round = 0; round < 4; round++)
        {
            await lake.AppendAsync(round);
            await Task.WhenAll(Task.Run(() => lake.RollUpAsync(), Token), Task.Run(() => lake.RollUpAsync(), Token), Task.Run(() => lake.RollUpAsync(), Token));
        }

        await lake.AssertSoundAsync();
        // What the slower ones had put is gone again.
        foreach (var rollup in RollupTables.All)
        {
            var snapshot = await new TableLog(lake.Store, rollup.Table, TimeProvider.System).LoadAsync(cancellationToken: Token);
            Assert.Equal(snapshot.Files.Count, await lake.Store.ListAsync($"{rollup.Table.Name}/date=", cancellationToken: Token).CountAsync(Token));
            Assert.Equal((await lake.FlowsAsync()).Version, RollupPlan.Mark(snapshot));
        }
    }

    [Fact]
    public async Task Without_new_rows_nothing_is_committed()
    {
        using var lake = new MaintainedLake();
        var builder = new RollupBuilder(lake.Store, RollupTables.ZoneHourly, lake.Engine, TimeProvider.System);
        Assert.Equal((0, 0), await builder.RunAsync(await lake.FlowsAsync(), Token));
        await lake.AppendAsync(0);
        Assert.NotEqual((0, 0), await builder.RunAsync(await lake.FlowsAsync(), Token));
        Assert.Equal((0, 0), await builder.RunAsync(await lake.FlowsAsync(), Token));
        Assert.Equal(0, builder.Mark);
    }
}
