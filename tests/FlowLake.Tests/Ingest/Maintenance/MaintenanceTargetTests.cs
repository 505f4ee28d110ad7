using FlowLake.Ingest.Maintenance;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using Xunit;

namespace FlowLake.Tests.Ingest.Maintenance;

public sealed class MaintenanceTargetTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(59, true)]
    [InlineData(61, false)]
    public async Task Files_of_a_process_that_slept_are_not_committed_for_vacuum_may_have_taken_them(int minutes, bool committed)
    {
        using var lake = new MaintainedLake();
        await lake.AppendAsync(0, rowsMax: 10);
        var now = TimeProvider.System.GetUtcNow();
        var target = new MaintenanceTarget(lake.Store, new TableLog(lake.Store, FlowColumns.Table, TimeProvider.System), new StandingClock(now.AddMinutes(minutes)), DryRun: false);
        await target.RefreshAsync(Token);
        var before = target.Snapshot;
        var removed = before.Files.Values.First();
        var added = removed with { Path = removed.Path + "-anew", ModificationTime = now.ToUnixTimeMilliseconds() };

        Assert.Equal(committed, await target.TryCommitAsync("OPTIMIZE", new TableRewrite([removed], [added], DataChange: false)));
        Assert.Equal(before.Version + (committed ? 1 : 0), (await lake.FlowsAsync()).Version);
    }
}
