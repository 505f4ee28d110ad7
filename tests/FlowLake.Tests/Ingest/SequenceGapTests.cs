using FlowLake.Ingest.Inbox;
using FlowLake.Schemas.Inbox;
using Xunit;

namespace FlowLake.Tests.Ingest;

/// <summary>Streams with files missing: waited for, then given up, and said once.</summary>
public sealed class SequenceGapTests : IDisposable
{
    private const string GapRows = "SELECT node, incarnation, unit, amount, window_start = TIMESTAMPTZ '2026-11-20 11:59:59+00' FROM rows WHERE reason = 'sequence_gap' ORDER BY amount";

    private readonly LakeUnderIngest lake = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => lake.Dispose();

    [Fact]
    public async Task A_gap_is_waited_for_a_day_and_then_given_up_and_said_in_coverage()
    {
        var source = lake.Source("node a");
        var keys = await PutAsync(source, 6);
        await lake.Store.DeleteAsync([keys[0].Key, keys[2].Key, keys[3].Key], Token);
        foreach (var key in keys)
            PutAt(key, -24 * 3600);
        await lake.IngestAsync();
        Assert.False(await lake.Store.ListAsync("flows/", cancellationToken: Token).AnyAsync(Token));
        Assert.Contains("3 inbox files wait for one before them", lake.Log, StringComparison.Ordinal);

        foreach (var key in keys)
            PutAt(key, (-24 * 3600) - 1);
        // Two pages, so that the second begins behind the second gap or within it.
        await lake.IngestAsync(options => options with { FilesPerCommitMax = 1 });
        var incarnation = $"{source.Stream.Incarnation:D}";
        var coverage = await lake.TableAsync("coverage");
        Assert.Equal([["node a", incarnation, "files", 1L, true], ["node a", incarnation, "files", 2L, true]], coverage.Ask(GapRows));
        Assert.Equal(3 + 2, coverage.Rows);
        Assert.Equal(3, (await lake.TableAsync("flows")).Rows);
        Assert.Equal(6, coverage.Transactions[source.Stream.AppId]);
        Assert.Empty(await lake.KeysAsync(InboxKey.Prefix));
        Assert.Contains($"ingest: 2 files of {source.Stream.AppId}, from 3 on, are missing and were waited for over 24 hours: given up, and said in coverage", lake.Log, StringComparison.Ordinal);

        // One that comes after all was counted as lost, and stays so.
        await source.PutAsync(1);
        File.Copy(lake.Store.LocalPath(new InboxKey(source.Stream, 7).Key)!, Path.Combine(Directory.CreateDirectory(Path.GetDirectoryName(lake.Store.LocalPath(keys[2].Key)!)!).FullName, Path.GetFileName(keys[2].Key)));
        await lake.IngestAsync();
        Assert.Equal(4, (await lake.TableAsync("flows")).Rows);
        Assert.Equal(3 + 2 + 1, (await lake.TableAsync("coverage")).Rows);
    }

    [Fact]
    public async Task A_gap_before_a_bad_file_is_said_too_and_one_before_a_young_file_is_waited_for()
    {
        var (old, young) = (lake.Source("node-old"), lake.Source("node-young"));
        var missing = await old.PutAsync(1);
        var bad = await old.PutFileAsync(path => File.WriteAllText(path, "this is no Parquet file"));
        PutAt(bad, -25 * 3600);
        await lake.Store.DeleteAsync([missing.Key, (await young.PutAsync(1)).Key], Token);
        PutAt(await young.PutAsync(1), -23 * 3600);
        Assert.Equal(1, (await lake.IngestAsync()).Quarantined);
        Assert.Equal([["node-old", 1L]], (await lake.TableAsync("coverage")).Ask("SELECT node, amount FROM rows"));
        Assert.Equal(0, (await lake.TableAsync("flows")).Rows);
        Assert.Single(await lake.KeysAsync(InboxKey.Prefix));
    }

    [Fact]
    public async Task Files_before_a_page_are_no_gap_however_old_the_page_is()
    {
        var source = lake.Source("node-a");
        var keys = await PutAsync(source, 4);
        foreach (var key in keys)
            PutAt(key, -48 * 3600);
        var gaps = await GivenUpGaps.FindAsync(
            lake.Store, [.. keys.Skip(2).Select(key => new InboxObject(key, 1, lake.Now.AddDays(-2)))], _ => 0, lake.Now, Token);
        Assert.False(gaps.MayFollow(keys[2], 0));
        Assert.False(gaps.MayFollow(keys[3], 1));
        Assert.False(gaps.MayFollow(keys[3], 2));
    }

    private void PutAt(InboxKey key, int seconds)
    {
        if (File.Exists(lake.Store.LocalPath(key.Key)))
            lake.PutAt(key, lake.Now.AddSeconds(seconds));
    }

    private static async Task<InboxKey[]> PutAsync(InboxSource source, int files)
    {
        var keys = new List<InboxKey>();
        for (var file = 0; file < files; file++)
            keys.Add(await source.PutAsync(1));
        return [.. keys];
    }
}
