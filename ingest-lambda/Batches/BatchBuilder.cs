using System.Collections.Immutable;
using FlowLake.Ingest.Inbox;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Objects;
using FlowLake.Schemas.Inbox;

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
    public async Task<Batch> BuildAsync(IReadOnlyCollection<InboxObject> files, IReadOnlyList<TableTake> takes, CancellationToken cancellationToken)
    {
        var batchFolder = new BatchFolder(Path.Combine(folder, Guid.CreateVersion7(timeProvider.GetUtcNow()).ToString("N")));
        try
        {
            var bad = new Dictionary<InboxKey, string>();
            foreach (var file in files.Where(file => file.Size > InboxRules.FileBytesMax))
                bad[file.Key] = $"it has {file.Size} bytes; {InboxRules.FileBytesMax} are allowed";
            var local = await FetchAsync([.. files.Select(file => file.Key).Where(key => !bad.ContainsKey(key))], batchFolder.Path, cancellationToken);
            var rules = new InboxRules(timeProvider.GetUtcNow(), options.Retention);
            Feed[] feeds = [.. takes.Select(take => FeedOf(take.Table.Name))];
            return await Task.Run(
                () =>
                {
                    using var session = new BatchSession(feeds, rules, Path.Combine(batchFolder.Path, "out"), Engine(batchFolder.Path), cancellationToken);
                    var staged = session.Stage(local, takes);
                    foreach (var (file, reason) in session.Bad)
                        bad[file.Key] = reason;
                    return new Batch(bad.ToImmutableDictionary(), staged, batchFolder);
                },
                cancellationToken);
        }
        catch
        {
            batchFolder.Dispose();
            throw;
        }
    }

    private static Feed FeedOf(string table) => table switch
    {
        "flows" => new FlowsFeed(),
        "coverage" => new CoverageFeed(),
        _ => throw new ArgumentException($"no inbox file feeds a table {table}", nameof(table)),
    };

    private DuckOptions Engine(string batchFolder) => new()
    {
        Threads = options.Threads,
        MemoryLimitBytes = options.MemoryLimitBytes,
        TempDirectory = Path.Combine(batchFolder, "spill"),
    };

    // Files of a directory store are read where they are; others are copied here first.
    private async Task<ImmutableArray<LocalFile>> FetchAsync(ImmutableArray<InboxKey> keys, string batchFolder, CancellationToken cancellationToken)
    {
        ImmutableArray<LocalFile> files =
        [
            .. keys.Select((key, index) => new LocalFile(key, store.LocalPath(key.Key) ?? Path.Combine(batchFolder, "in", $"{index}.parquet"))),
        ];
        Directory.CreateDirectory(Path.Combine(batchFolder, "in"));
        Directory.CreateDirectory(Path.Combine(batchFolder, "out"));
        await Parallel.ForEachAsync(
            files.Where(file => store.LocalPath(file.Key.Key) is null),
            new ParallelOptions { MaxDegreeOfParallelism = DownloadsAtOnce, CancellationToken = cancellationToken },
            async (file, token) => await store.DownloadAsync(file.Key.Key, file.Path, token));
        return files;
    }
}
