using FlowLake.Lake.Duck;
using FlowLake.Lake.Objects;
using FlowLake.Schemas.DeltaLog;

namespace FlowLake.Lake.Tables.Checkpoints;

/// <summary>Checkpoints as the protocol has them: one Parquet file each, a column a kind of action. Written on this machine first, in the system's temporary folder.</summary>
/// <param name="store">The lake's store.</param>
public sealed class ParquetCheckpoints(IObjectStore store) : ICheckpointFiles
{
    private const string FileName = "checkpoint.parquet";

    public async Task<long> WriteAsync(string key, IReadOnlyList<DeltaAction> actions, CancellationToken cancellationToken)
    {
        using var folder = OpenFolder();
        var path = Path.Combine(folder.Path, FileName);
        CheckpointWriter.Write(path, actions, cancellationToken);
        await store.UploadAsync(key, path, cancellationToken);
        return new FileInfo(path).Length;
    }

    public async Task<IReadOnlyList<DeltaAction>> ReadAsync(string key, CancellationToken cancellationToken)
    {
        if (store.LocalPath(key) is { } inPlace)
            return Read(inPlace, key, cancellationToken);
        using var folder = OpenFolder();
        var path = Path.Combine(folder.Path, FileName);
        await store.DownloadAsync(key, path, cancellationToken: cancellationToken);
        return Read(path, key, cancellationToken);
    }

    private List<DeltaAction> Read(string path, string key, CancellationToken cancellationToken)
    {
        try
        {
            return CheckpointReader.Read(path, cancellationToken);
        }
        catch (DuckException) when (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no object {key} in {store.Location}.", path);
        }
        catch (DuckException exception)
        {
            throw new DeltaLogException($"{store.Location}{key} is no checkpoint that can be read: {exception.Message}", exception);
        }
    }

    // One for each checkpoint: a process that is killed leaves it to whoever comes to the next one.
    private static ProcessFolder OpenFolder() => ProcessFolder.Open(Path.Combine(Path.GetTempPath(), $"flowlake-checkpoints-{Environment.UserName}"));
}
