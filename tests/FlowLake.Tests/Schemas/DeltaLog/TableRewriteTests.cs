using FlowLake.Schemas.DeltaLog;
using FlowLake.Tests.Lake.Tables;
using Xunit;

namespace FlowLake.Tests.Schemas.DeltaLog;

public sealed class TableRewriteTests
{
    private static readonly AddAction one = TableHistory.Add("one");
    private static readonly AddAction two = TableHistory.Add("two", day: 2);
    private static readonly TableSnapshot planned = TableHistory.First.Apply(1, [one, two]);
    private static readonly TableRewrite compaction = new([one, two], [TableHistory.Add("both")], DataChange: false);

    [Fact]
    public void A_compaction_says_that_it_changes_no_data_and_keeps_the_files_metadata_in_its_tombstones()
    {
        var after = planned.Apply(2, compaction.Actions(TableHistory.Start));
        Assert.Equal(["both"], after.Files.Keys.Select(path => Path.GetFileNameWithoutExtension(path)));
        Assert.All(after.Files.Values, add => Assert.False(add.DataChange));
        var tombstone = after.Tombstones[one.Path];
        Assert.Equal((false, true, one.Size, one.PartitionValues, one.Stats, one.Tags), (tombstone.DataChange, tombstone.ExtendedFileMetadata, tombstone.Size, tombstone.PartitionValues, tombstone.Stats, tombstone.Tags));
    }

    [Fact]
    public void Appends_leave_it_good_and_a_removal_or_a_new_schema_makes_it_void()
    {
        Assert.False(compaction.IsOvertaken(planned, planned.Apply(2, [TableHistory.Add("three"), new TransactionAction("a", 1, null)])));
        Assert.True(compaction.IsOvertaken(planned, planned.Apply(2, [RemoveAction.Of(two, TableHistory.Start, dataChange: true)])));
        Assert.True(compaction.IsOvertaken(planned, planned.Apply(2, [TableHistory.Metadata with { SchemaString = "{}" }])));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    public void Retention_removes_days_all_of_whose_rows_are_past_it(int daysLater, int removed)
    {
        // The first day ends on November 2nd at midnight; its last row is past one day a day later.
        var now = new DateTimeOffset(2026, 11, 2, 0, 0, 0, TimeSpan.Zero).AddDays(daysLater);
        Assert.Equal(removed, PartitionRetention.Plan(planned, now, TimeSpan.FromDays(1))?.Removed.Length ?? 0);
        Assert.Equal(Math.Max(0, removed - 1), PartitionRetention.Plan(planned, now.AddTicks(-1), TimeSpan.FromDays(1))?.Removed.Length ?? 0);
    }

    [Fact]
    public void A_vacuum_keeps_what_a_reader_may_need_and_what_is_not_the_tables()
    {
        var removal = RemoveAction.Of(one, TableHistory.Start.AddDays(10), dataChange: false);
        var snapshot = planned.Apply(2, [removal]);
        TableObject Stored(string path, int age) => new(path, 5, TableHistory.Start.AddDays(20 - age));
        TableObject[] objects = [Stored(DeltaPath.Decode(one.Path), 20), Stored(DeltaPath.Decode(two.Path), 20), Stored("date=2026-11-01/left.parquet", 2), Stored("date=2026-11-01/fresh.parquet", 0), Stored("_delta_log/x", 20), Stored("readme.txt", 20)];
        string[] Unneeded(int day) => [.. VacuumPlan.Make(objects, snapshot, TableHistory.Start.AddDays(day), TimeSpan.FromDays(1)).Unneeded.Select(unneeded => unneeded.Path)];
        Assert.Empty(Unneeded(17));
        Assert.Equal([DeltaPath.Decode(one.Path)], Unneeded(18));
        Assert.Equal([DeltaPath.Decode(one.Path), "date=2026-11-01/left.parquet"], Unneeded(20));
        Assert.Equal([DeltaPath.Decode(one.Path), "date=2026-11-01/left.parquet", "date=2026-11-01/fresh.parquet"], Unneeded(21));
    }

    [Fact]
    public void Commits_that_contradict_the_table_are_refused()
    {
        Assert.Throws<ArgumentException>(() => CommitRules.Check(planned, [one]));
        Assert.Throws<ArgumentException>(() => CommitRules.Check(TableHistory.First, [one, one]));
        Assert.Throws<ArgumentException>(() => CommitRules.Check(TableHistory.First, [RemoveAction.Of(one, TableHistory.Start, dataChange: false)]));
        Assert.Throws<ArgumentException>(() => CommitRules.Check(planned, [new TransactionAction("a", 1, null), new TransactionAction("a", 2, null)]));
        CommitRules.Check(planned, [.. compaction.Actions(TableHistory.Start)]);
    }

    [Fact]
    public void Rules_others_set_are_kept_or_refused()
    {
        var appendOnly = planned.Apply(2, [TableHistory.Metadata with { Configuration = TableHistory.Metadata.Configuration.Add(TableProperties.AppendOnly, "true") }]);
        CommitRules.Check(appendOnly, [.. compaction.Actions(TableHistory.Start)]);
        Assert.Throws<DeltaLogException>(() => CommitRules.Check(appendOnly, [RemoveAction.Of(one, TableHistory.Start, dataChange: true)]));
        var invariant = planned.Apply(2, [TableHistory.Metadata with { SchemaString = TableHistory.Metadata.SchemaString.Replace("\"comment\":", "\"delta.invariants\":\"{}\",\"comment\":", StringComparison.Ordinal) }]);
        Assert.Contains("window_start", Assert.Throws<DeltaLogException>(() => CommitRules.Check(invariant, [])).Message, StringComparison.Ordinal);
    }
}
