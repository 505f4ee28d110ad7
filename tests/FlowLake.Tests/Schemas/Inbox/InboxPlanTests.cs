using FlowLake.Schemas.Inbox;
using Xunit;

namespace FlowLake.Tests.Schemas.Inbox;

public sealed class InboxPlanTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 300)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_plan_takes_of_each_stream_the_contiguous_run_after_what_is_committed(int seed)
    {
        var random = new Random(seed);
        StreamId[] streams = [.. Enumerable.Range(0, 1 + random.Next(6)).Select(index => new StreamId($"node {index}", Guid.NewGuid()))];
        var committed = streams.ToDictionary(stream => stream.AppId, _ => (long)random.Next(5));
        InboxKey[] listed = [.. streams.SelectMany(stream => Enumerable.Range(1, 12).Where(_ => random.Next(8) > 0).Select(sequence => new InboxKey(stream, sequence)))];
        random.Shuffle(listed);
        var maxFiles = 1 + random.Next(80);

        var plan = InboxPlan.Plan(listed, application => committed[application], maxFiles);

        Assert.True(plan.Take.Length <= maxFiles);
        Assert.Equal(plan.Take.Length, plan.Take.Distinct().Count());
        Assert.Equal(plan.Take.Select(key => key.Stream.AppId).Distinct().Order(StringComparer.Ordinal), plan.Passed.Keys);
        foreach (var stream in streams)
        {
            var taken = plan.Take.Where(key => key.Stream == stream).Select(key => key.Sequence).ToArray();
            Assert.Equal(Enumerable.Range(1, taken.Length).Select(index => committed[stream.AppId] + index), taken);
            var next = new InboxKey(stream, committed[stream.AppId] + taken.Length + 1);
            Assert.True(plan.Take.Length == maxFiles || !listed.Contains(next), $"{next.Key} could be taken");
            if (taken.Length > 0)
                Assert.Equal(taken[^1], plan.Passed[stream.AppId]);
        }

        Assert.Equal(listed.Count(key => key.Sequence > committed[key.Stream.AppId]) - plan.Take.Length, plan.Waiting);
    }

    [Fact]
    public void No_stream_starves_behind_a_long_one()
    {
        StreamId[] streams = [.. Enumerable.Range(0, 4).Select(index => new StreamId($"node-{index}", Guid.NewGuid()))];
        InboxKey[] listed = [.. Enumerable.Range(1, 1_000).Select(sequence => new InboxKey(streams[0], sequence)), .. streams.Skip(1).Select(stream => new InboxKey(stream, 1))];
        var plan = InboxPlan.Plan(listed, _ => 0, maxFiles: 4);
        Assert.Equal(4, plan.Passed.Count);
        Assert.Equal(999, plan.Waiting);
    }

    [Fact]
    public void Only_what_every_table_has_passed_may_be_deleted()
    {
        var stream = new StreamId("node-a", Guid.NewGuid());
        InboxKey[] listed = [.. Enumerable.Range(1, 5).Select(sequence => new InboxKey(stream, sequence))];
        Assert.Equal([1, 2], InboxPlan.Deletable(listed, [_ => 4, _ => 2]).Select(key => key.Sequence));
        Assert.Empty(InboxPlan.Deletable(listed, [_ => 4, _ => 0]));
    }

    [Fact]
    public void A_plan_takes_one_file_at_least() => Assert.Throws<ArgumentOutOfRangeException>(() => InboxPlan.Plan([], _ => 0, maxFiles: 0));
}
