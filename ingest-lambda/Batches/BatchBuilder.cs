using System.Collections.Immutable;
using FlowLake.Ingest.Inbox;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Inbox;
using FlowLake.Schemas.Tables;

namespace FlowLake.Ingest.Batches;

/// <summary>Turns inbox files into data files with the engine.</summary>
/// <param name="store">The lake's store.</param>
/// <param name="folder">Where batches make their folders.</param>
/// <param name="options">Memory, threads, retention.</param>
/// <param name="timeProvider">The clock rows are judged by.</param>
public sealed class BatchBuilder(IObjectStore store, string folder, IngestOptions options, TimeProvider timeProvider) : IBatchBuilder
{
    private const int DownloadsAtOnce = 8;

    /// <inheritdoc/>
    public async Task<Batch> BuildAsync(IReadOnlyCollection<InboxObject> files, IReadOnlyCollection<InboxSide> sides, IReadOnlyList<TableTake> takes, CancellationToken cancellationToken)
    {
        var batchFolder = new BatchFolder(Path.Combine(folder, Guid.CreateVersion7(timeProvider.GetUtcNow()).ToString("N")));
        Directory.CreateDirectory(Path.Combine(batchFolder.Path, "in"));
        Directory.CreateDirectory(Path.Combine(batchFolder.Path, "out"));
        try
        {
            var bad = new Dictionary<InboxKey, string>();
            foreach (var file in files.Where(file => file.Size > options.FileBytesMax))
                bad[file.Key] = $"it has {file.Size} bytes; {options.FileBytesMax} are allowed";
            ImmutableArray<LocalFile> local = [.. files.Where(file => !bad.ContainsKey(file.Key)).Select((file, index) => Local(file.Key, file.Key.Key, batchFolder.Path, $"{index}"))];
            await FetchAsync(local, files.ToDictionary(file => file.Key, file => file.Size), cancellationToken);
            var now = timeProvider.GetUtcNow();
            takes = WithLostFiles(takes, now, Path.Combine(batchFolder.Path, "in"), out var said);
            var rules = new InboxRules(now, options.Retention);
            Feed[] feeds = [.. takes.Select(take => FeedOf(take.Table))];
            using var session = new BatchSession(feeds, rules, Path.Combine(batchFolder.Path, "out"), Engine(batchFolder.Path), cancellationToken);
            var named = await Task.Run(() => session.Open([.. local, .. said]), cancellationToken);
            var fetched = await FetchSidesAsync(named, sides.ToDictionary(side => side.Side, side => side.Size), session, batchFolder.Path, cancellationToken);
            var staged = await Task.Run(() => session.Stage(fetched, takes), cancellationToken);
            foreach (var (file, reason) in session.Bad)
                bad[file] = reason;
            return new Batch(bad.ToImmutableDictionary(), staged, batchFolder);
        }
        catch
        {
            batchFolder.Dispose();
            throw;
        }
    }

    // What is said of lost files comes into the batch as one more inbox file, under the last sequence that is missing.
    private List<TableTake> WithLostFiles(IReadOnlyList<TableTake> takes, DateTimeOffset now, string folder, out ImmutableArray<LocalFile> said)
    {
        var files = new List<LocalFile>();
        var all = new List<TableTake>();
        foreach (var take in takes)
        {
            var keys = take.Files;
            foreach (var lost in take.Lost)
            {
                var file = new LocalFile(new InboxKey(lost.Gap.Stream, lost.Gap.Before - 1), "what is said of lost files", Path.Combine(folder, $"lost-{files.Count}.parquet"));
                InboxFile.Write(file.Path, [], [lost.Coverage(now - options.Retention)]);
                files.Add(file);
                keys = keys.Add(file.Key);
            }

            all.Add(take with { Files = keys });
        }

        said = [.. files];
        return all;
    }

    private static Feed FeedOf(TableDefinition table) => table.Name == CoverageColumns.Table.Name ? new CoverageFeed(table) : new RowsFeed(table);

    private DuckOptions Engine(string batchFolder) => new()
    {
        Threads = options.Threads,
        MemoryLimitBytes = options.MemoryLimitBytes,
        TempDirectory = Path.Combine(batchFolder, "spill"),
    };

    // Files of a directory store are read where they are; others are copied here first.
    private LocalFile Local(InboxKey file, string key, string batchFolder, string name) => new(file, key, store.LocalPath(key) ?? Path.Combine(batchFolder, "in", $"{name}.parquet"));

    private Task FetchAsync(ImmutableArray<LocalFile> files, Dictionary<InboxKey, long> listed, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        files.Where(file => store.LocalPath(file.ObjectKey) is null),
        new ParallelOptions { MaxDegreeOfParallelism = DownloadsAtOnce, CancellationToken = cancellationToken },
        async (file, token) => await store.DownloadWholeAsync(file.ObjectKey, file.Path, listed[file.Key], token));

    /// <summary>The side objects that are there, by table. A file whose side object is absent, or too large, is bad.</summary>
    private async Task<ILookup<string, LocalFile>> FetchSidesAsync(IReadOnlyList<SideObject> named, Dictionary<SideObject, long> listed, BatchSession session, string batchFolder, CancellationToken cancellationToken)
    {
        ImmutableArray<(SideObject Side, LocalFile File)> sides = [.. named.Select((side, index) => (side, Local(side.File, side.Key, batchFolder, $"side-{index}")))];
        foreach (var some in sides.Chunk(DownloadsAtOnce))
        {
            foreach (var (fetched, complaint) in some.Zip(await Task.WhenAll(some.Select(side => FetchSideAsync(side.Side, side.File)))))
            {
                if (complaint is not null)
                    session.Complain(fetched.Side.File, $"its side object {fetched.Side.Key}{complaint}");
            }
        }

        return sides.ToLookup(side => side.Side.Table, side => side.File);

        // What is wrong with it, or null. Its size is known where the page has shown it; it may have been on the page before.
        async Task<string?> FetchSideAsync(SideObject key, LocalFile side)
        {
            try
            {
                var isListed = listed.TryGetValue(key, out var size);
                if (size > options.FileBytesMax)
                    return TooLarge(size);
                if (store.LocalPath(side.ObjectKey) is null)
                    await (isListed ? store.DownloadWholeAsync(side.ObjectKey, side.Path, size, cancellationToken) : store.DownloadAsync(side.ObjectKey, side.Path, options.FileBytesMax, cancellationToken));
                size = new FileInfo(side.Path).Length;
                return size > options.FileBytesMax ? TooLarge(size) : null;
            }
            catch (FileNotFoundException)
            {
                return ", which it names, is not there";
            }
            catch (ObjectTooLargeException exception)
            {
                return TooLarge(exception.Bytes);
            }
        }

        string TooLarge(long size) => $" has {size} bytes; {options.FileBytesMax} are allowed";
    }
}
