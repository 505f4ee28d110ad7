using FlowLake.Schemas.Inbox;
using Xunit;

namespace FlowLake.Tests.Schemas.Inbox;

public sealed class InboxKeyTests
{
    private static readonly Guid incarnation = Guid.Parse("01a1fc43-5cc6-7dfb-8140-991aa1f1d269");

    [Theory]
    [InlineData("node-a", "inbox/node-a/01a1fc43-5cc6-7dfb-8140-991aa1f1d269/00000000000000000007.parquet")]
    [InlineData("..", "inbox/%2E%2E/01a1fc43-5cc6-7dfb-8140-991aa1f1d269/00000000000000000007.parquet")]
    [InlineData("a/b ä%", "inbox/a%2Fb%20%C3%A4%25/01a1fc43-5cc6-7dfb-8140-991aa1f1d269/00000000000000000007.parquet")]
    public void A_key_is_written_and_read_back(string node, string expected)
    {
        var key = new InboxKey(new StreamId(node, incarnation), 7);
        Assert.Equal(expected, key.Key);
        Assert.True(InboxKey.TryParse(expected, out var read));
        Assert.Equal(key, read);
    }

    [Theory]
    [InlineData("inbox/node-a/01a1fc43-5cc6-7dfb-8140-991aa1f1d269/7.parquet")]
    [InlineData("inbox/node-a/01a1fc43-5cc6-7dfb-8140-991aa1f1d269/00000000000000000000.parquet")]
    [InlineData("inbox/node-a/01a1fc43-5cc6-7dfb-8140-991aa1f1d269/-0000000000000000007.parquet")]
    [InlineData("inbox/node-a/01A1FC43-5CC6-7DFB-8140-991AA1F1D269/00000000000000000007.parquet")]
    [InlineData("inbox/node-a/01a1fc435cc67dfb8140991aa1f1d269/00000000000000000007.parquet")]
    [InlineData("inbox/node a/01a1fc43-5cc6-7dfb-8140-991aa1f1d269/00000000000000000007.parquet")]
    [InlineData("inbox/node-a/01a1fc43-5cc6-7dfb-8140-991aa1f1d269/00000000000000000007.dns.parquet")]
    [InlineData("inbox/00000000000000000007.parquet")]
    [InlineData("outbox/node-a/01a1fc43-5cc6-7dfb-8140-991aa1f1d269/00000000000000000007.parquet")]
    [InlineData("inbox/")]
    [InlineData("")]
    public void Whatever_no_agent_writes_is_no_inbox_file(string key) => Assert.False(InboxKey.TryParse(key, out _));
}
