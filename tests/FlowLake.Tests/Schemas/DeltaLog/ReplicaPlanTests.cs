using System.Collections.Immutable;
using FlowLake.Schemas.DeltaLog;
using Xunit;

namespace FlowLake.Tests.Schemas.DeltaLog;

/// <summary>Which files a replica of bounded size holds.</summary>
public sealed class ReplicaPlanTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_raw_rows_the_newest_are_held_up_to_the_first_file_that_does_not_fit()
    {
        var chosen = ReplicaPlan.Choose([File("a", 1, 40), File("b", 3, 40), File("c", 2, 40), File("d", 4, 10)], bytes: 100);
        Assert.Equal(["d", "b", "c"], chosen.Select(file => file.Add.Path));
        // "d" is smaller than what is left, but older than one that is not here: what is held has no gap.
        Assert.Equal(["b"], ReplicaPlan.Choose([File("b", 3, 40), File("c", 2, 70), File("d", 1, 10)], bytes: 100).Select(file => file.Add.Path));
    }

    [Fact]
    public void Whole_tables_come_first_whatever_their_size_and_then_what_no_rollup_covers()
    {
        var chosen = ReplicaPlan.Choose([File("new", 9, 30), File("late", 1, 30, ReplicaRank.Tail), File("sums", 0, 500, ReplicaRank.Whole)], bytes: 100);
        Assert.Equal(["sums"], chosen.Select(file => file.Add.Path));
        chosen = ReplicaPlan.Choose([File("new", 9, 30), File("late", 1, 30, ReplicaRank.Tail), File("sums", 0, 30, ReplicaRank.Whole)], bytes: 70);
        Assert.Equal(["sums", "late"], chosen.Select(file => file.Add.Path));
    }

    [Fact]
    public void A_file_at_the_edge_stays_while_it_fits_and_is_not_fetched_anew_before_there_is_room_to_spare()
    {
        Assert.Equal(2, ReplicaPlan.Choose([File("a", 2, 60), File("b", 1, 38, isHere: true)], bytes: 100).Length);
        Assert.Single(ReplicaPlan.Choose([File("a", 2, 60), File("b", 1, 38)], bytes: 100));
        Assert.Equal(2, ReplicaPlan.Choose([File("a", 2, 60), File("b", 1, 35)], bytes: 100).Length);
        Assert.Single(ReplicaPlan.Choose([File("a", 2, 60), File("b", 1, 41, isHere: true)], bytes: 100));
    }

    [Theory]
    [InlineData("""{"maxValues":{"window_start":"2026-11-20T10:00:00.123Z"}}""", "2026-11-20", "2026-11-20T10:00:00.124Z")]
    [InlineData("""{"maxValues":{"window_start":"2026-11-23T10:00:00.000Z"}}""", "2026-11-20", "2026-11-21T00:00:00Z")]
    [InlineData("""{"maxValues":{"window_start":12}}""", "2026-11-20", "2026-11-21T00:00:00Z")]
    [InlineData("""{"numRecords":1}""", "2026-11-20", "2026-11-21T00:00:00Z")]
    [InlineData(null, "2026-11-20", "2026-11-21T00:00:00Z")]
    [InlineData("""{"maxValues":{"window_start":"2026-11-23T10:00:00.000Z"}}""", null, "2026-11-23T10:00:00.001Z")]
    [InlineData(null, null, null)]
    [InlineData("""{"maxValues":{"window_start":"9999-12-31T23:59:59.999Z"}}""", "9999-12-31", null)]
    public void How_new_a_file_is_comes_from_its_statistics_and_its_day(string? statistics, string? date, string? newest)
    {
        var add = new AddAction("a", ImmutableSortedDictionary<string, string?>.Empty.Add("date", date), 1, 0, DataChange: true, statistics, null);
        Assert.Equal(newest is null ? DateTimeOffset.MaxValue : DateTimeOffset.Parse(newest, System.Globalization.CultureInfo.InvariantCulture), FileAge.Newest(add));
    }

    private static ReplicaCandidate File(string path, int hour, long bytes, ReplicaRank rank = ReplicaRank.Raw, bool isHere = false) => new(
        "flows",
        new AddAction(path, ImmutableSortedDictionary<string, string?>.Empty, bytes, 0, DataChange: true, $"{{\"maxValues\":{{\"window_start\":\"{Start.AddHours(hour):yyyy-MM-dd'T'HH:mm:ss.fff'Z'}\"}}}}", null),
        rank,
        isHere);
}
