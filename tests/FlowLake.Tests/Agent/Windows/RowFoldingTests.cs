using FlowLake.Agent.Windows;
using FlowLake.Schemas.Flows;
using Xunit;

namespace FlowLake.Tests.Agent.Windows;

public sealed class RowFoldingTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 40)];

    private static FlowRecord Random(Random random) => Rows.Row(
        random.Next(30),
        random.NextInt64(1, 1_000_000),
        random.Next(2) == 0 ? FlowObserver.Client : FlowObserver.Server,
        random.Next(3) > 0,
        random.Next(4) == 0 ? "udp" : "tcp",
        random.Next(5) == 0 ? null : "a",
        random.Next(2) == 0 ? "a" : "b") with
    {
        SrttCount = random.Next(2),
        SrttUsMin = random.Next(2) == 0 ? null : random.NextInt64(1, 100),
        SrttUsMax = random.Next(2) == 0 ? null : random.NextInt64(1, 100),
        HeaderBytesToClient = random.Next(1000),
        Drops = random.Next(3),
    };

    private static object Sums(IEnumerable<FlowRecord> rows) => rows.ToArray() is var all
        ? (all.Sum(row => row.PayloadToServer), all.Sum(row => row.PayloadToClient), all.Sum(row => row.HeaderBytesToClient), all.Sum(row => row.ConnectionsOpened), all.Sum(row => row.Drops), all.Sum(row => row.SrttCount), all.Min(row => row.SrttUsMin), all.Max(row => row.SrttUsMax))
        : default;

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Folding_keeps_every_sum_by_zone_pair_protocol_and_primary(int seed)
    {
        var random = new Random(seed);
        var rows = Enumerable.Range(0, random.Next(1, 300)).Select(_ => Random(random)).ToArray();
        var rowsMax = random.Next(1, 60);

        var merged = RowFolding.Merge(rows);
        var capped = RowFolding.Cap(merged, rowsMax, out var folded);

        Assert.Equal(Math.Max(0, merged.Count - rowsMax), folded);
        Assert.Equal(Math.Min(merged.Count, rowsMax), capped.Count(row => row.Client.Ip is not null));
        foreach (var kind in rows.Select(Kind).Distinct())
            Assert.Equal(Sums(rows.Where(row => Kind(row).Equals(kind))), Sums(capped.Where(row => Kind(row).Equals(kind))));
        Assert.Equal(capped.Count, capped.Select(row => (Kind(row), row.Client, row.Server)).Distinct().Count());

        static object Kind(FlowRecord row) => (row.Observer, row.IsPrimary, row.Protocol, row.Client.Zone, row.Server.Zone);
    }

    [Fact]
    public void The_rows_of_most_bytes_keep_their_names()
    {
        var rows = Enumerable.Range(1, 10).Select(number => Rows.Row(number, payload: number)).ToArray();

        var capped = RowFolding.Cap(rows, 3, out var folded);

        Assert.Equal(7, folded);
        Assert.Equal(["client-10", "client-9", "client-8", null], capped.Select(row => row.Client.Pod));
        var other = capped[^1];
        Assert.Equal((28, RowFolding.OtherWorkload, null, null), (other.PayloadToServer, other.Client.Workload, other.Server.Ip, other.ServerPort));
    }

    [Fact]
    public void Below_the_cap_nothing_changes()
    {
        var rows = new[] { Rows.Row(1), Rows.Row(2) };

        Assert.Same(rows, RowFolding.Cap(rows, 2, out var folded));
        Assert.Equal(0, folded);
    }
}
