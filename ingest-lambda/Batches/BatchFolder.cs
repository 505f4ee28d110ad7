namespace FlowLake.Ingest.Batches;

/// <summary>A local folder that is removed with its content when it is no longer needed.</summary>
internal sealed class BatchFolder : IDisposable
{
    public BatchFolder(string path)
    {
        Path = path;
        Directory.CreateDirectory(path);
    }

    public string Path { get; }

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
