using FlowLake.Schemas.Inbox;
using Xunit;

namespace FlowLake.Tests.Schemas.Inbox;

/// <summary>Parts of all nodes.</summary>
public sealed class NodeShareTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void Each_node_is_in_one_part_and_parts_are_alike(int parts)
    {
        const int Nodes = 6_400;
        NodeShare[] shares = [.. Enumerable.Range(1, parts).Select(part => Read($"{part}/{parts}"))];

        var sizes = Enumerable.Range(0, Nodes).Select(node => Assert.Single(shares, share => share.Has($"ip-10-0-{node}.compute.internal"))).CountBy(share => share).ToArray();

        Assert.Equal(parts, sizes.Length);
        Assert.All(sizes, size => Assert.InRange(size.Value, Nodes / parts / 2, Nodes / parts * 2));
    }

    [Fact]
    public void A_nodes_part_is_the_same_in_every_version_and_on_every_machine() =>
        Assert.Equal([true, false, false, true], new[] { "node-a", "node-b", "node-c", "nœud" }.Select(Read("1/2").Has));

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("0/2")]
    [InlineData("3/2")]
    [InlineData("1/65")]
    [InlineData("-1/2")]
    [InlineData("1/2/3")]
    [InlineData("a/b")]
    public void What_is_no_part_is_refused(string text) => Assert.False(NodeShare.TryParse(text, out _));

    private static NodeShare Read(string text)
    {
        Assert.True(NodeShare.TryParse(text, out var share));
        Assert.Equal(text, share.ToString());
        return share;
    }
}
