using Xunit;

namespace FlowLake.Tests.Ingest.Maintenance;

/// <summary>A process that dies at every single step of rolling up and compacting, one after the other, with the real engine on a real directory.</summary>
public sealed class MaintenanceStepTests
{
    private const int StepsMax = 80;

    [Theory]
    [InlineData(nameof(DyingMoment.Before))]
    [InlineData(nameof(DyingMoment.After))]
    public async Task Whatever_step_a_process_dies_at_the_next_one_leaves_every_row_once(string moment)
    {
        var steps = await DyingStore.AtEachStepAsync(step => DieAtAsync(step, Enum.Parse<DyingMoment>(moment)), StepsMax);

        // These are the steps there are; each was died at.
        foreach (var table in new[] { "flows", "zone_hourly", "pair_hourly" })
        {
            Assert.Contains(steps, step => step.StartsWith($"upload {table}/date=", StringComparison.Ordinal));
            Assert.Contains(steps, step => step.StartsWith($"put if absent {table}/", StringComparison.Ordinal));
        }
    }

    // Returns the step died at, null when all was done before.
    private static async Task<string?> DieAtAsync(int step, DyingMoment moment)
    {
        using var lake = new MaintainedLake();
        for (var minute = 0; minute < 3; minute++)
            await lake.AppendAsync(minute, rowsMax: 60);

        using var dying = new DyingStore(lake.Store, step, moment);
        var died = await Record.ExceptionAsync(() => lake.MaintainAsync(dying));
        Assert.Equal(died is null, dying.DiedAt is null);

        await lake.MaintainAsync();
        await lake.AssertSoundAsync();
        Assert.All((await lake.FlowsAsync()).Files.Values.GroupBy(add => add.PartitionValues["zone"]), zone => Assert.InRange(zone.Count(), 1, 2));
        return dying.DiedAt;
    }
}
