using System.Diagnostics;
using System.Globalization;
using FlowLake.Ingest.Inbox;
using FlowLake.Ingest.Rounds;
using FlowLake.Schemas.Inbox;
using Xunit;

namespace FlowLake.Tests.Ingest;

/// <summary>What waits in the inbox after an outage is worked off in bounded steps, what was put first first, and ingest says how far it is.</summary>
public sealed class BacklogTests : IDisposable
{
    /// <summary>The variable that says how many objects wait; the suite does with a few.</summary>
    private const string FilesVariable = "FLOWLAKE_BACKLOG_FILES";

    private const int Streams = 20;
    private const int RowsOfAFile = 3;

    private readonly LakeUnderIngest lake = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => lake.Dispose();

    [Fact]
    public async Task A_real_process_works_off_what_waits_and_says_how_far_it_is()
    {
        var files = Environment.GetEnvironmentVariable(FilesVariable) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 2_400;
        using var work = new TemporaryFolder();
        // The process has its own clock.
        lake.Now = TimeProvider.System.GetUtcNow();
        var payload = await PutAsync(files / Streams);
        var clock = Stopwatch.StartNew();
        using var ingest = IngestProcess.Drain(lake.Folder, work.Path);
        var peak = await ingest.PeakMemoryAsync();
        Assert.Equal(0, await ingest.EndAsync());
        TestContext.Current.TestOutputHelper?.WriteLine($"{files} files in {clock.Elapsed.TotalSeconds:F1} s, {files / clock.Elapsed.TotalSeconds:F0} files/s; resident {peak >> 20} MiB at most");

        Assert.Equal([[(long)files * RowsOfAFile, payload]], (await lake.TableAsync("flows")).Ask("SELECT count(*), sum(payload_to_server)::BIGINT FROM rows"));
        Assert.Empty(await lake.KeysAsync(InboxKey.Prefix));
        long[] left = [.. ingest.Log.Split('\n').Where(line => line.Contains(" are still to come", StringComparison.Ordinal)).Select(line => long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture))];
        Assert.Equal(Enumerable.Range(1, (files - 1) / 2_000).Select(page => (long)files - (page * 2_000)), left);
    }

    [Fact]
    public async Task What_was_put_first_is_taken_first_of_whatever_stream()
    {
        await PutAsync(4);
        var listing = new InboxListing(lake.Store, 7, long.MaxValue);
        var (taken, pages, seen) = (new List<DateTimeOffset>(), 0, new HashSet<InboxKey>());
        InboxPage page;
        do
        {
            page = await listing.NextAsync(Token);
            Assert.InRange(page.Objects.Length, 1, 7);
            taken.AddRange(page.Objects.Select(listed => listed.PutAt));
            Assert.All(page.Objects, listed => Assert.True(seen.Add(listed.Key)));
            Assert.Equal((4 * Streams) - seen.Count, page.Behind.Files);
            Assert.Equal(page.IsLast ? null : taken[^1], page.Behind.PassedUntil);
            pages++;
        }
        while (!page.IsLast);
        Assert.Equal(taken.Order(), taken);
        Assert.True(pages > InboxListing.PagesOfAWalk, "more pages than one walk is good for");
    }

    [Fact]
    public async Task A_file_put_again_after_those_behind_it_is_no_gap_however_old_they_are()
    {
        var source = lake.Source("node-1");
        InboxKey[] keys = [await source.PutAsync(1), await source.PutAsync(1), await source.PutAsync(1)];
        foreach (var key in keys)
            lake.PutAt(key, lake.Now.AddDays(-3));
        lake.PutAt(keys[1], lake.Now);
        await lake.IngestAsync(options => options with { FilesPerCommitMax = 2 });
        Assert.Equal([[3L, source.Payload]], (await lake.TableAsync("flows")).Ask("SELECT count(*), sum(payload_to_server)::BIGINT FROM rows"));
        Assert.Equal(3, (await lake.TableAsync("coverage")).Rows);
        Assert.Equal(IngestTotals.None, await lake.IngestAsync());
    }

    // So many files of each stream, the streams' in turns by the time they were put. Returns the payload in all.
    private async Task<long> PutAsync(int filesOfAStream)
    {
        var payload = 0L;
        for (var node = 0; node < Streams; node++)
        {
            var source = lake.Source($"node-{node:D2}");
            var first = lake.Store.LocalPath((await source.PutAsync(RowsOfAFile)).Key)!;
            payload += source.Payload * filesOfAStream;
            for (var sequence = 1; sequence <= filesOfAStream; sequence++)
            {
                var path = lake.Store.LocalPath(new InboxKey(source.Stream, sequence).Key)!;
                if (sequence > 1)
                    File.Copy(first, path);
                File.SetLastWriteTimeUtc(path, lake.Now.UtcDateTime.AddHours(-2).AddSeconds((sequence * 3) + (node * 0.01)));
            }
        }

        return payload;
    }
}
