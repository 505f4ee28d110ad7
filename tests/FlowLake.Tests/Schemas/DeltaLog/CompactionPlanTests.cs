using System.Collections.Immutable;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using Xunit;

namespace FlowLake.Tests.Schemas.DeltaLog;

public sealed class CompactionPlanTests
{
    private const long Target = 1_000_000;
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 200)];

    [Theory, MemberData(nameof(Seeds))]
    public void A_group_is_of_one_partition_and_takes_no_file_twice_and_none_too_new(int seed)
    {
        var random = new Random(seed);
        var snapshot = Table(random, files: random.Next(200), sizeMax: (int)Target);
        var bound = random.Next(100);

        var groups = CompactionPlan.Plan(snapshot, bound, Now, CompactionAim.Rows, Target);

        Assert.All(groups, group => Assert.True(group.Files.Length >= 2));
        Assert.All(groups, group => Assert.Single(group.Files.Select(add => (add.PartitionValues["date"], add.PartitionValues["zone"])).Distinct()));
        Assert.All(groups, group => Assert.InRange(group.DataVersion, 0, bound));
        Assert.All(groups, group => Assert.InRange(group.Bytes, 0, 2 * Target));
        var taken = groups.SelectMany(group => group.Files).Select(add => add.Path).ToArray();
        Assert.Equal(taken.Length, taken.Distinct().Count());
    }

    [Theory, MemberData(nameof(Seeds))]
    public void A_settled_partition_ends_with_two_files_or_as_many_full_ones_as_its_bytes_need(int seed)
    {
        var random = new Random(seed);
        var snapshot = Table(random, files: random.Next(1, 150), sizeMax: random.Next(1_000, (int)Target));
        snapshot = Compacted(snapshot, Now.AddDays(30), out _);

        foreach (var partition in snapshot.Files.Values.GroupBy(add => (add.PartitionValues["date"], add.PartitionValues["zone"])))
            Assert.InRange(partition.Count(), 1, Math.Max(CompactionAim.Rows.SettledFilesMax, (int)Math.Ceiling(partition.Sum(add => add.Size) / (0.5 * Target))));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void A_file_that_comes_late_is_written_together_with_the_others(int seed)
    {
        var random = new Random(seed);
        var later = Now.AddDays(30);
        var snapshot = Compacted(Table(random, files: 60, sizeMax: 5_000), later, out _);
        snapshot = Append(snapshot, Enumerable.Range(0, 9).Select(index => Add(random, 1_000 + index, 5_000)));
        snapshot = Compacted(snapshot, later, out _);

        Assert.All(snapshot.Files.Values.GroupBy(add => (add.PartitionValues["date"], add.PartitionValues["zone"])), partition => Assert.InRange(partition.Count(), 1, CompactionAim.Rows.SettledFilesMax));
    }

    [Fact]
    public void In_a_day_that_goes_on_few_files_stay_and_each_row_is_written_a_few_times()
    {
        var snapshot = TableSnapshot.Empty;
        var (appended, rewritten, most) = (0L, 0L, 0);
        for (var round = 0; round < 1_440; round++)
        {
            var add = new AddAction($"{round:D6}", Values(0, 0), 150_000, 0, true, null, null);
            appended += add.Size;
            snapshot = Compacted(Append(snapshot, [add]), Now, out var bytes, CompactionPlan.TargetBytes);
            rewritten += bytes;
            most = Math.Max(most, snapshot.Files.Count);
        }

        Assert.InRange(most, 8, 40);
        Assert.InRange(rewritten, appended, 4 * appended);
    }

    private static TableSnapshot Compacted(TableSnapshot snapshot, DateTimeOffset now, out long rewritten, long target = Target)
    {
        rewritten = 0;
        while (CompactionPlan.Plan(snapshot, long.MaxValue, now, CompactionAim.Rows, target) is { IsEmpty: false } groups)
        {
            var before = snapshot.Files.Count;
            foreach (var group in groups)
            {
                rewritten += group.Bytes;
                var merged = new AddAction($"m{snapshot.Version}", group.Files[0].PartitionValues, group.Bytes, 0, false, null, null);
                snapshot = snapshot.Apply(snapshot.Version + 1, [.. group.Files.Select(add => new RemoveAction(add.Path, 0, false, true, null, null)), merged]);
            }

            Assert.True(snapshot.Files.Count < before, "a plan that does not make files fewer would go on for ever");
        }

        return snapshot;
    }

    private static TableSnapshot Table(Random random, int files, int sizeMax) => Append(TableSnapshot.Empty, Enumerable.Range(0, files).Select(index => Add(random, index, sizeMax)));

    private static AddAction Add(Random random, int index, int sizeMax) =>
        DataVersion.Write(new AddAction($"{index:D6}", Values(random.Next(3), random.Next(3)), random.Next(1, sizeMax), 0, true, null, null), random.Next(100));

    private static ImmutableSortedDictionary<string, string?> Values(int daysAgo, int zone) =>
        ImmutableSortedDictionary<string, string?>.Empty.Add("date", $"{Now.AddDays(-daysAgo):yyyy-MM-dd}").Add("zone", zone == 0 ? null : $"zone-{zone}");

    private static TableSnapshot Append(TableSnapshot snapshot, IEnumerable<AddAction> adds) =>
        snapshot.Apply(snapshot.Version + 1, snapshot.Exists ? adds : [ProtocolAction.Supported, DeltaSchema.Metadata(FlowColumns.Table, Guid.NewGuid(), Now), .. adds]);
}
