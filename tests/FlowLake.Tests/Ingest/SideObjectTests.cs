using System.Text;
using FlowLake.Ingest;
using FlowLake.Ingest.Rounds;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Dns;
using FlowLake.Schemas.Inbox;
using FlowLake.Tests.Lake.Objects;
using Xunit;

namespace FlowLake.Tests.Ingest;

/// <summary>Side objects that are too large, and those whose file never came.</summary>
[Collection(S3ServerCollection.Name)]
public sealed class SideObjectTests(S3ServerFixture s3) : IDisposable
{
    private readonly LakeUnderIngest lake = new();
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        lake.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task One_whose_file_has_not_come_for_a_day_goes_to_quarantine()
    {
        var gone = lake.Source("node-gone");
        await gone.PutAsync(2);
        var abandoned = await PutSideAsync(gone);
        PutAt(abandoned, -23);
        await lake.IngestAsync();
        Assert.Equal([abandoned.Key], await lake.KeysAsync(InboxKey.Prefix));

        PutAt(abandoned, -25);
        Assert.Equal(IngestTotals.None with { Deleted = 1 }, await lake.IngestAsync());
        Assert.Empty(await lake.KeysAsync(InboxKey.Prefix));
        Assert.Equal(["quarantine/" + abandoned.Key, $"quarantine/{abandoned.Key}.reason.json"], await lake.KeysAsync("quarantine/"));
        Assert.Contains("has not come for 24 hours", lake.Log, StringComparison.Ordinal);

        // The agent was alive after all: it puts both again.
        await gone.PutWithSidesAsync(1, dns: 2, drops: 0);
        await lake.IngestAsync();
        Assert.Equal(2, (await lake.TableAsync("dns")).Rows);
        Assert.Equal(3, (await lake.TableAsync("flows")).Rows);
    }

    [Fact]
    public async Task One_whose_file_waits_behind_a_gap_stays_however_old()
    {
        var source = lake.Source("node-1");
        await lake.Store.DeleteAsync([(await source.PutAsync(1)).Key], Token);
        var side = await PutSideAsync(source);
        var key = await source.PutAsync(1, "dns");
        PutAt(side, -48);
        lake.PutAt(key, lake.Now.AddHours(-1));
        await lake.IngestAsync();
        Assert.Equal([side.Key, key.Key], await lake.KeysAsync(InboxKey.Prefix));
        Assert.Empty(await lake.KeysAsync("quarantine/"));
    }

    [Fact]
    public async Task One_that_is_too_large_is_not_downloaded_and_makes_its_file_a_bad_one()
    {
        var options = new IngestOptions { Lake = await s3.CreateLakeAsync("lake"), WorkFolder = folder.File("work"), Log = TextWriter.Null, FileBytesMax = 100_000 };
        using var store = ObjectStores.Open(options.Lake);
        var source = new InboxSource(store, "node-1", "zone-a", TimeProvider.System.GetUtcNow().AddHours(-1));
        await source.PutAsync(2);
        await source.PutSideAsync("dns", path => File.WriteAllBytes(path, new byte[100_001]));
        var bad = await source.PutAsync(3, "dns");
        var totals = await IngestService.RunAsync(options, follow: false, Token);
        Assert.Equal((1L, 2L), (totals.Quarantined, totals.Files));
        Assert.Contains("has 100001 bytes; 100000 are allowed", Encoding.UTF8.GetString((await store.ReadAsync($"quarantine/{bad.Key}.reason.json", Token))!), StringComparison.Ordinal);

        var exception = await Assert.ThrowsAsync<ObjectTooLargeException>(() => store.DownloadAsync("quarantine/" + new SideObject(bad, "dns").Key, folder.File("copy"), 100_000, Token));
        Assert.Equal(100_001, exception.Bytes);
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    private Task<SideObject> PutSideAsync(InboxSource source) =>
        source.PutSideAsync("dns", path => InboxFile.WriteSide(path, DnsColumns.Table, [InboxSource.Dns(source.Stream.Node, null, lake.Now.AddHours(-1), 1, 1)]));

    private void PutAt(SideObject side, int hours) => File.SetLastWriteTimeUtc(lake.Store.LocalPath(side.Key)!, lake.Now.AddHours(hours).UtcDateTime);
}
