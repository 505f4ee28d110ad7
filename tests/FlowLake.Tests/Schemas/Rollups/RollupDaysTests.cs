using System.Collections.Immutable;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Rollups;
using FlowLake.Schemas.Tables;
using Xunit;

namespace FlowLake.Tests.Schemas.Rollups;

public sealed class RollupDaysTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_day_is_whole_that_one_file_of_today_s_columns_has_and_no_later_row_of_flows_is_of()
    {
        var rollup = Table(
            RollupTables.PairHourly.Table,
            [
                Add("whole", "2026-11-20", "2"), Add("newer", "2026-11-21", "10"), Add("old", "2026-11-22", "1"), Add("one of two", "2026-11-23", "2"), Add("the other", "2026-11-23", "2"),
                Add("unknown", "2026-11-24", null), Add("with a tail", "2026-11-25", "2"), Add("of an odd writer", "2026-11-26", "2.1"), new TransactionAction(RollupPlan.AppId, 5, null),
            ]);
        var flows = Table(FlowColumns.Table, [DataVersion.Write(Add("covered", "2026-11-20", "1"), 5), DataVersion.Write(Add("later", "2026-11-25", "1"), 6)]);

        Assert.Equal(["2026-11-20", "2026-11-21"], RollupDays.Whole(rollup, flows).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Compaction_makes_one_file_of_today_s_columns_of_a_settled_day()
    {
        var rollup = Table(
            RollupTables.PairHourly.Table,
            [Add("whole", "2026-11-20", "2"), Add("old", "2026-11-22", "1"), Add("one of two", "2026-11-23", "2"), Add("the other", "2026-11-23", "2"), Add("goes on", "2026-11-26", "1"), Add("goes on too", "2026-11-26", "2")]);

        var groups = CompactionPlan.Plan(rollup, long.MaxValue, Now, RollupDays.Aim);

        Assert.Equal(["old", "one of two, the other"], groups.Select(group => string.Join(", ", group.Files.Select(add => add.Path).Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal));
    }

    private static AddAction Add(string path, string date, string? generation) => new(
        path, ImmutableSortedDictionary<string, string?>.Empty.Add("date", date), 1_000, 0, true, null,
        generation is null ? null : ImmutableSortedDictionary<string, string>.Empty.Add(DeltaSchema.GenerationTag, generation));

    private static TableSnapshot Table(TableDefinition table, IEnumerable<DeltaAction> actions) =>
        TableSnapshot.Empty.Apply(0, [ProtocolAction.Supported, DeltaSchema.Metadata(table, Guid.NewGuid(), Now), .. actions]);
}
