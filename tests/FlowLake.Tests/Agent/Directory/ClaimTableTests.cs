using FlowLake.Agent.Directory;
using Xunit;

namespace FlowLake.Tests.Agent.Directory;

public sealed class ClaimTableTests
{
    private static readonly AddressKey address = Clusters.Key("10.0.0.1");
    private static readonly NodeEntry node = new("n", null, null);

    private readonly ClaimTable table = new();

    private static DateTimeOffset At(int second) => DateTimeOffset.UnixEpoch.AddSeconds(second);

    private static PodEntry Pod(string name) => new("app", name, "n", null, null);

    private string? NameAt(int from, int to) => table.Find(address, At(from), At(to)) switch { PodEntry pod => pod.Name, NodeEntry => "node", _ => null };

    [Fact]
    public void Who_came_last_in_the_window_has_the_address()
    {
        table.Hold(address, Pod("old"), At(0));
        table.End(address, Pod("old"), At(30));
        table.Hold(address, Pod("new"), At(40));

        Assert.Equal(("old", "new", "new", null), (NameAt(0, 35), NameAt(0, 60), NameAt(60, 120), NameAt(31, 40)));
    }

    [Fact]
    public void An_end_that_is_reported_late_takes_nothing_from_who_came_after()
    {
        var claims = table.Hold(address, Pod("old"), At(0));
        table.Hold(address, Pod("new"), At(40));
        table.EndAll(claims, At(100));

        Assert.Equal(("old", "new"), (NameAt(0, 40), NameAt(60, 90)));
    }

    [Fact]
    public void A_pod_goes_before_a_node()
    {
        table.Hold(address, Pod("pod"), At(0));
        table.Hold(address, node, At(10));

        Assert.Equal("pod", NameAt(20, 30));
    }

    [Fact]
    public void What_ended_is_forgotten_and_its_room_used_again()
    {
        table.Hold(address, Pod("old"), At(0));
        table.End(address, Pod("old"), At(30));
        table.Forget(At(29));
        Assert.Equal("old", NameAt(0, 10));

        table.Forget(At(30));

        Assert.Equal((null, 0), (NameAt(0, 10), table.Count));
        table.Hold(address, node, At(50));
        Assert.Equal("node", NameAt(50, 60));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_answers_as_a_list_of_all_claims_does(int seed)
    {
        var random = new Random(seed);
        var claims = new List<(AddressKey Address, PodEntry Pod, int Start, int End)>();
        for (var count = 0; count < 3_000; count++)
        {
            var (one, start) = (new AddressKey((UInt128)random.Next(1, 400) << 60), random.Next(1_000));
            var claim = (one, Pod($"p{count}"), start, random.Next(3) == 0 ? int.MaxValue : start + random.Next(1, 200));
            claims.Add(claim);
            var handle = table.Hold(one, claim.Item2, At(start));
            if (claim.Item4 != int.MaxValue)
                table.EndAll(handle, At(claim.Item4));
        }

        table.Forget(At(300));
        claims.RemoveAll(claim => claim.End <= 300);
        Assert.Equal(claims.Count, table.Count);
        for (var asked = 0; asked < 2_000; asked++)
        {
            var (one, from) = (new AddressKey((UInt128)random.Next(1, 400) << 60), random.Next(1_200));
            var best = claims.Where(claim => claim.Address == one && claim.Start < from + 60 && claim.End > from).Select(claim => (claim.Start, claim.End)).DefaultIfEmpty().Max();
            var found = table.Find(one, At(from), At(from + 60)) as PodEntry;
            var match = claims.Where(claim => claim.Pod == found).Select(claim => (claim.Start, claim.End)).DefaultIfEmpty().Single();
            Assert.Equal(best, match);
        }
    }
}
