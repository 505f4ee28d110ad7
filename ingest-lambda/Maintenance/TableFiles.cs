using System.Collections.Immutable;
using FlowLake.Ingest.Batches;
using FlowLake.Lake.Objects;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Tables;

namespace FlowLake.Ingest.Maintenance;

/// <summary>Some data files of a table where the engine can read them, and room for new ones. Disposing it removes copies and new files, never the store's own.</summary>
internal sealed class TableFiles : IDisposable
{
    private const int DownloadsAtOnce = 8;

    private readonly BatchFolder folder;

    private TableFiles(BatchFolder folder, ImmutableArray<string> paths)
    {
        this.folder = folder;
        Paths = paths;
    }

    /// <summary>One a file, in their order.</summary>
    public ImmutableArray<string> Paths { get; }

    public string Folder => folder.Path;

    /// <summary>Copies here what cannot be read in place.</summary>
    /// <exception cref="FileNotFoundException">A file is gone.</exception>
    public static async Task<TableFiles> FetchAsync(IObjectStore store, TableDefinition table, ImmutableArray<AddAction> adds, string workFolder, CancellationToken cancellationToken)
    {
        var folder = new BatchFolder(Path.Combine(workFolder, Guid.NewGuid().ToString("N")));
        try
        {
            ImmutableArray<(string Key, string Path, long Bytes)> files = [.. adds.Select((add, index) =>
            {
                var key = $"{table.Name}/{DeltaPath.Decode(add.Path)}";
                return (key, store.LocalPath(key) ?? Path.Combine(folder.Path, $"in-{index}.parquet"), add.Size);
            })];
            await Parallel.ForEachAsync(
                files.Where(file => store.LocalPath(file.Key) is null),
                new ParallelOptions { MaxDegreeOfParallelism = DownloadsAtOnce, CancellationToken = cancellationToken },
                async (file, token) => await store.DownloadWholeAsync(file.Key, file.Path, file.Bytes, token));
            return new TableFiles(folder, [.. files.Select(file => file.Path)]);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public string NewPath(int number) => Path.Combine(Folder, $"out-{number}.parquet");

    public void Dispose() => folder.Dispose();
}
