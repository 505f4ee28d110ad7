using FlowLake.Ingest.Inbox;
using FlowLake.Lake.Objects;
using FlowLake.Schemas.Inbox;
using Xunit;

namespace FlowLake.Tests.Ingest.Inbox;

public sealed class InboxListingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly IObjectStore store;

    public InboxListingTests() => store = ObjectStores.Open(folder.File("lake"));

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(1, long.MaxValue, 6)]
    [InlineData(4, long.MaxValue, 2)]
    [InlineData(5, long.MaxValue, 1)]
    [InlineData(100, 25, 3)]
    [InlineData(100, 1, 5)]
    public async Task Pages_hold_every_object_once_and_then_begin_again(int objectsMax, long bytesMax, int pagesExpected)
    {
        var stream = new StreamId("node-a", Guid.NewGuid());
        for (var sequence = 1; sequence <= 5; sequence++)
            await store.PutAsync(new InboxKey(stream, sequence).Key, new byte[10], TestContext.Current.CancellationToken);
        var listing = new InboxListing(store, objectsMax, bytesMax);
        for (var pass = 0; pass < 2; pass++)
        {
            var (seen, pages) = (new List<long>(), 0);
            InboxPage page;
            do
            {
                page = await listing.NextAsync(TestContext.Current.CancellationToken);
                seen.AddRange(page.Objects.Select(listed => listed.Key.Sequence));
                pages++;
            }
            while (!page.IsLast);
            Assert.Equal([1, 2, 3, 4, 5], seen);
            Assert.True(pages <= pagesExpected, $"{pages} pages");
        }
    }

    [Fact]
    public async Task Shares_divide_files_and_side_objects_by_node()
    {
        string[] nodes = [.. Enumerable.Range(0, 20).Select(number => $"node-{number}")];
        foreach (var node in nodes)
        {
            var file = new InboxKey(new StreamId(node, Guid.NewGuid()), 1);
            await store.PutAsync(new SideObject(file, "dns").Key, new byte[10], TestContext.Current.CancellationToken);
            await store.PutAsync(file.Key, new byte[10], TestContext.Current.CancellationToken);
        }

        var taken = new List<string>();
        foreach (var text in new[] { "1/3", "2/3", "3/3" })
        {
            Assert.True(NodeShare.TryParse(text, out var share));
            var page = await new InboxListing(store, 100, long.MaxValue, share).NextAsync(TestContext.Current.CancellationToken);
            Assert.Equal(page.Objects.Select(listed => listed.Key).ToHashSet(), page.Sides.Select(listed => listed.Side.File).ToHashSet());
            taken.AddRange(page.Objects.Select(listed => listed.Key.Stream.Node));
        }

        Assert.Equal(nodes.Order(StringComparer.Ordinal), taken.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Pages_get_shorter_until_the_pass_ends()
    {
        var stream = new StreamId("node-a", Guid.NewGuid());
        for (var sequence = 1; sequence <= 4; sequence++)
            await store.PutAsync(new InboxKey(stream, sequence).Key, new byte[10], TestContext.Current.CancellationToken);
        // Half of what the page held, not of what it might have held: a page that is the whole inbox gets shorter, too.
        var listing = new InboxListing(store, 100, long.MaxValue);
        Assert.True((await listing.NextAsync(TestContext.Current.CancellationToken)).IsLast);
        Assert.True(listing.RestartSmaller());
        Assert.Equal(2, (await listing.NextAsync(TestContext.Current.CancellationToken)).Objects.Length);
        Assert.True(listing.RestartSmaller());
        Assert.Single((await listing.NextAsync(TestContext.Current.CancellationToken)).Objects);
        Assert.False(listing.RestartSmaller());
        while (!(await listing.NextAsync(TestContext.Current.CancellationToken)).IsLast)
        {
            // On to the end of the pass.
        }

        Assert.Equal(4, (await listing.NextAsync(TestContext.Current.CancellationToken)).Objects.Length);
    }
}
