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
        table.Hold(address, Pod("old"), At(0));
        table.Hold(address, Pod("new"), At(40));
        table.End(address, Pod("old"), At(100));

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

    [Fact]
    public void What_a_rollout_of_everything_took_is_given_back_and_pods_know_their_claims_still()
    {
        var (old, kept, next) = (Pods(0, 5_000), Pods(5_000, 100), Pods(10_000, 5_000));
        old.ForEach(pod => table.EndAll(pod, At(30)));
        Assert.Equal(20 * 1_024, table.Room);

        table.Forget(At(30));

        Assert.Equal((2 * 5_100, 10 * 1_024), (table.Count, table.Room));
        foreach (var pod in kept.Concat(next))
        {
            Assert.True(table.Has(pod, pod.Addresses));
            Assert.All(pod.Addresses, address => Assert.Same(pod, table.Find(address, At(0), At(60))));
        }

        Assert.All(old, pod => Assert.Null(table.Find(pod.Addresses[0], At(0), At(60))));
        table.EndAll(kept[7], At(40));
        Assert.Null(table.Find(kept[7].Addresses[1], At(40), At(60)));
        Assert.Same(kept[7], table.Find(kept[7].Addresses[1], At(0), At(60)));

        List<TestPod> Pods(int first, int count) => [.. Enumerable.Range(first, count).Select(Pod)];
        TestPod Pod(int number)
        {
            var pod = new TestPod(new AddressKey((UInt128)number), new AddressKey((UInt128)number << 64 | 1));
            foreach (var one in pod.Addresses)
                table.Hold(one, pod, At(0));
            return pod;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Rollout_after_rollout_takes_no_more_room_than_one(int seed)
    {
        const int count = 3_000;
        var random = new Random(seed);
        var there = new List<TestPod>();
        for (var (number, second) = (0, 0); second < 20_000; second += 1_000)
        {
            // In any order, so that old and new lie side by side; some stay for several rollouts.
            while (there.Count < count)
            {
                var pod = new TestPod([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new AddressKey((UInt128)number++ << 62))]);
                there.Insert(random.Next(there.Count + 1), pod);
                foreach (var one in pod.Addresses)
                    table.Hold(one, pod, At(second));
            }

            foreach (var gone in there.Where(_ => random.Next(10) < 8).ToArray())
            {
                there.Remove(gone);
                table.EndAll(gone, At(second + 500));
                Assert.Same(gone, table.Find(gone.Addresses[^1], At(second), At(second + 500)));
            }

            table.Forget(At(second + 500));

            Assert.Equal(there.Sum(pod => pod.Addresses.Length), table.Count);
            Assert.True(table.Room <= (table.Count * 4 / 3) + 1_024, $"{table.Count} claims take the room of {table.Room}");
            Assert.All(there, pod => Assert.True(table.Has(pod, pod.Addresses)));
            Assert.All(there, pod => Assert.Same(pod, table.Find(pod.Addresses[0], At(second + 500), At(second + 600))));
        }
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
            table.Hold(one, claim.Item2, At(start));
            if (claim.Item4 != int.MaxValue)
                table.End(one, claim.Item2, At(claim.Item4));
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

    private sealed record TestPod(params AddressKey[] Addresses) : AddressHolder, IPodClaim
    {
        public PodEntry Entry => Pod("pod");

        public int Claims { get; set; } = ClaimTable.None;

        internal override int Rank => 3;

        public bool Equals(TestPod? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => Addresses[0].GetHashCode();
    }
}
