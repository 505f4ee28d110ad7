using FlowLake.Agent.Directory.Kubernetes;
using Xunit;

namespace FlowLake.Tests.Agent.Directory.Kubernetes;

public sealed class PodSetTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void It_answers_as_a_dictionary_does(int seed)
    {
        var random = new Random(seed);
        var groups = Enumerable.Range(0, 20).Select(index => new PodGroup($"team-{index % 5}", index % 4 == 0 ? null : new OwnerName("ReplicaSet", $"web-{index}"), null)).ToArray();
        var (set, expected) = (new PodSet(), new Dictionary<(string, string), PodClaim>());
        for (var step = 0; step < 20_000; step++)
        {
            var group = groups[random.Next(groups.Length)];
            var name = $"{group.Owner?.Name ?? "alone"}-{random.Next(500)}{(random.Next(10) == 0 ? "-of-a-long-name" : "")}";
            var isThere = expected.Remove((group.Namespace, name), out var pod);
            Assert.Same(pod, set.Find(group.Namespace, name));
            if (isThere)
            {
                Assert.Equal((group.Namespace, name), (pod!.Entry.Namespace, pod.Entry.Name));
                set.Remove(pod);
                continue;
            }

            pod = new PodClaim(group, name, "node-a");
            set.Add(pod);
            expected.Add((group.Namespace, name), pod);
        }

        Assert.True(expected.Count > 1_000, $"{expected.Count} pods grow no buckets");
        Assert.Equal(expected.Count, set.Count);
        Assert.Equal(expected.Values.ToHashSet(), set.All.ToHashSet());
        Assert.Null(set.Find("team-0", "nobody"));
    }
}
