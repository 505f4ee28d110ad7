using System.Collections.Immutable;
using System.Globalization;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;

namespace FlowLake.Schemas.Rollups;

/// <summary>Days whose sums need no adding up: one file has them all, each hour and its dimensions in one row. Pure.</summary>
public static class RollupDays
{
    /// <summary>What makes a settled day whole: its parts added up in one file, with the columns of today. So one that comes late has the day written anew, which is small.</summary>
    public static readonly CompactionAim Aim = new(SettledFilesMax: 1, IsToBeWrittenAnew: add => !HasTraffic(add));

    /// <summary>The dates, as the log writes them, of which one file of the rollup has every row that flows has.</summary>
    /// <param name="rollup">The rollup.</param>
    /// <param name="flows">A version of flows that fits it (<see cref="RollupPlan.Fits"/>).</param>
    public static ImmutableHashSet<string> Whole(TableSnapshot rollup, TableSnapshot flows)
    {
        var ofTail = RollupPlan.Tail(flows, RollupPlan.Mark(rollup)).Select(DateOf).ToHashSet();
        return
        [
            .. rollup.Files.Values.GroupBy(DateOf)
                .Where(day => day.Key is not null && !ofTail.Contains(day.Key) && day.Take(2).Count() == 1 && HasTraffic(day.First()))
                .Select(day => day.Key!),
        ];
    }

    /// <summary>The date a file's rows are of, as the log writes it; null where it has none.</summary>
    public static string? DateOf(AddAction add) => add.PartitionValues.GetValueOrDefault(FlowColumns.Date.Name);

    /// <summary>Whether a rollup's file was written with the columns of <see cref="RollupTraffic"/>. One that was not is written anew once its day is settled.</summary>
    public static bool HasTraffic(AddAction add) =>
        add.Tags?.GetValueOrDefault(DeltaSchema.GenerationTag) is { } generation
        && int.TryParse(generation, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= RollupTraffic.Generation;
}
