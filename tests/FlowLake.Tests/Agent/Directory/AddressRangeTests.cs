using FlowLake.Agent.Directory;
using Xunit;

namespace FlowLake.Tests.Agent.Directory;

public sealed class AddressRangeTests
{
    [Theory]
    [InlineData("10.1.0.0/16", "10.1.255.255", true)]
    [InlineData("10.1.0.0/16", "10.2.0.0", false)]
    [InlineData("10.1.2.3/16", "10.1.0.0", true)]
    [InlineData("0.0.0.0/0", "203.0.113.9", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("::/0", "2001:db8::1", true)]
    [InlineData("10.0.0.7/32", "10.0.0.7", true)]
    [InlineData("10.0.0.7/32", "10.0.0.8", false)]
    [InlineData("fd00:1::/64", "fd00:1::ffff", true)]
    [InlineData("fd00:1::/64", "fd00:2::", false)]
    [InlineData("10.0.0.0/8", "::ffff:10.9.9.9", true)]
    public void A_range_holds_what_shares_its_first_bits(string range, string address, bool holds)
    {
        Assert.True(AddressKey.TryParse(address, out var key));

        Assert.Equal(holds, AddressRange.Parse(range).Contains(key));
    }

    [Theory]
    [InlineData("10.0.0.0")]
    [InlineData("10.0.0.0/33")]
    [InlineData("fd00::/129")]
    [InlineData("ten/8")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("")]
    public void What_is_no_range_is_refused(string text) => Assert.False(AddressRange.TryParse(text, out _));

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1")]
    [InlineData("fd00:0:0::1", "fd00::1")]
    public void An_address_has_one_key_and_one_text(string written, string text)
    {
        Assert.True(AddressKey.TryParse(written, out var key));

        Assert.Equal(text, key.ToString());
    }

    [Fact]
    public void The_longest_range_wins()
    {
        var table = new RangeTable<string>();
        table.Set(AddressRange.Parse("10.0.0.0/8"), "all");
        table.Set(AddressRange.Parse("10.1.2.0/24"), "narrow");
        table.Set(AddressRange.Parse("10.1.0.0/16"), "wide");
        Assert.True(AddressKey.TryParse("10.1.2.3", out var inside));
        Assert.True(AddressKey.TryParse("10.1.3.3", out var beside));
        Assert.True(AddressKey.TryParse("11.0.0.1", out var outside));

        Assert.Equal("narrow", table.TryFind(inside, out var found) ? found : null);
        Assert.Equal("wide", table.TryFind(beside, out found) ? found : null);
        Assert.False(table.TryFind(outside, out _));
    }
}
