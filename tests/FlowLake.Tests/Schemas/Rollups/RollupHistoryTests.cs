using System.Collections.Immutable;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Rollups;
using Xunit;

namespace FlowLake.Tests.Schemas.Rollups;

/// <summary>Random histories of ingest, rollup and compaction against a serial model: whatever pair of versions a reader holds, if they fit, every row counts once.</summary>
public sealed class RollupHistoryTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 300)];

    [Theory, MemberData(nameof(Seeds))]
    public void A_rollup_and_its_tail_hold_every_row_once(int seed)
    {
        var history = new History(seed);
        for (var turn = 0; turn < 60; turn++)
            history.Turn();

        var fitting = 0;
        foreach (var (flows, rowsThere) in history.Flows)
        {
            foreach (var (rollup, covered) in history.Rollups)
            {
                var mark = RollupPlan.Mark(rollup);
                if (!RollupPlan.Fits(flows, mark))
                    continue;
                fitting++;
                var seen = covered.Concat(RollupPlan.Tail(flows, mark).SelectMany(add => history.RowsOf[add.Path])).ToArray();
                Assert.Equal(rowsThere.Order(), seen.Order());
            }
        }

        // What a reader gets that reads the rollup and then flows, with nothing between, always fits.
        Assert.True(RollupPlan.Fits(history.Flows[^1].Snapshot, RollupPlan.Mark(history.Rollups[^1].Snapshot)));
        Assert.True(fitting >= history.Flows.Count, $"{fitting} pairs of versions fit");
    }

    [Fact]
    public void A_commit_takes_no_more_bytes_than_it_may_but_one_version_always()
    {
        var history = new History(1);
        for (var version = 0; version < 10; version++)
            history.Append();
        var flows = history.Flows[^1].Snapshot;
        for (long mark = -1; RollupPlan.Plan(flows, mark, bytesMax: 1) is { } plan; mark = plan.Through)
            Assert.Equal(mark + 1, Assert.Single(plan.Files.Select(DataVersion.Of).Distinct()));
        Assert.Equal(flows.Files.Count, RollupPlan.Plan(flows, -1, long.MaxValue)!.Files.Length);
        Assert.Equal(flows.Version, RollupPlan.Plan(flows, -1, long.MaxValue)!.Through);
        Assert.Null(RollupPlan.Plan(flows, flows.Version, long.MaxValue));
    }

    [Fact]
    public void Of_two_that_roll_up_the_first_version_one_is_overtaken()
    {
        var append = new TableAppend([], ImmutableSortedDictionary<string, long>.Empty.Add(RollupPlan.AppId, 0));
        var planned = TableSnapshot.Empty;
        var newer = planned.Apply(0, [ProtocolAction.Supported, DeltaSchema.Metadata(RollupTables.ZoneHourly.Table, Guid.NewGuid(), Now), new TransactionAction(RollupPlan.AppId, 0, null)]);

        Assert.True(append.IsOvertaken(planned, newer));
        Assert.False(append.IsOvertaken(newer, newer));
    }

    private sealed class History(int seed)
    {
        private readonly Random random = new(seed);
        private int nextFile;
        private int nextRow;

        public Dictionary<string, int[]> RowsOf { get; } = [];

        public List<(TableSnapshot Snapshot, int[] Rows)> Flows { get; } = [(TableSnapshot.Empty, [])];

        public List<(TableSnapshot Snapshot, int[] Covered)> Rollups { get; } = [(TableSnapshot.Empty, [])];

        public void Turn()
        {
            switch (random.Next(5))
            {
                case 0: RollUp(stale: random.Next(3) == 0); break;
                case 1: Compact(); break;
                default: Append(); break;
            }
        }

        public void Append()
        {
            var (snapshot, rows) = Flows[^1];
            int[] added = [.. Enumerable.Range(nextRow, 1 + random.Next(5))];
            nextRow += added.Length;
            AddAction[] adds = [.. added.GroupBy(row => row % 2).Select(part => Add([.. part], true))];
            Flows.Add((Apply(snapshot, FlowColumns.Table, adds.Select(add => DataVersion.Write(add, snapshot.Version + 1))), [.. rows, .. added]));
        }

        // A stale one planned before others committed; its commit is dropped by the rule of txn.
        private void RollUp(bool stale)
        {
            var (planned, covered) = Rollups[stale ? random.Next(Rollups.Count) : ^1];
            if (RollupPlan.Plan(Flows[^1].Snapshot, RollupPlan.Mark(planned), bytesMax: 1 + random.Next(200_000)) is not { } plan)
                return;
            var append = new TableAppend([], ImmutableSortedDictionary<string, long>.Empty.Add(RollupPlan.AppId, plan.Through));
            if (append.IsOvertaken(planned, Rollups[^1].Snapshot))
                return;
            Rollups.Add((Apply(Rollups[^1].Snapshot, RollupTables.ZoneHourly.Table, append.Actions(Now)), [.. covered, .. plan.Files.SelectMany(add => RowsOf[add.Path])]));
        }

        private void Compact()
        {
            var (snapshot, rows) = Flows[^1];
            var groups = CompactionPlan.Plan(snapshot, RollupPlan.Mark(Rollups[^1].Snapshot), Now.AddDays(random.Next(2)), CompactionAim.Rows, targetBytes: 400_000);
            foreach (var group in groups.Take(1))
            {
                var merged = DataVersion.Write(Add([.. group.Files.SelectMany(add => RowsOf[add.Path])], false), group.DataVersion);
                var removes = group.Files.Select(add => new RemoveAction(add.Path, 0, false, true, add.PartitionValues, add.Size));
                Flows.Add((Apply(snapshot, FlowColumns.Table, [.. removes, merged]), rows));
            }
        }

        private AddAction Add(int[] rows, bool dataChange)
        {
            var path = $"{nextFile++:D6}.parquet";
            RowsOf[path] = rows;
            var values = ImmutableSortedDictionary<string, string?>.Empty.Add("date", "2026-11-26").Add("zone", "a");
            return new AddAction(path, values, 1 + (rows.Length * (long)random.Next(1, 60_000)), 0, dataChange, null, null);
        }

        private static TableSnapshot Apply(TableSnapshot snapshot, FlowLake.Schemas.Tables.TableDefinition table, IEnumerable<DeltaAction> actions) =>
            snapshot.Apply(snapshot.Version + 1, snapshot.Exists ? actions : [ProtocolAction.Supported, DeltaSchema.Metadata(table, Guid.NewGuid(), Now), .. actions]);
    }
}
