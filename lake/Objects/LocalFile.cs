namespace FlowLake.Lake.Objects;

/// <summary>Local files that are written to the end or not at all.</summary>
internal static class LocalFile
{
    private const int BufferBytes = 128 << 10;

    /// <summary>Writes a new file and makes its content durable. What was begun stays there when this throws: the caller removes it.</summary>
    public static async Task WriteNewAsync(string path, Func<Stream, Task> fill)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, BufferBytes, FileOptions.Asynchronous);
        await fill(file);
        await file.FlushAsync(CancellationToken.None);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Writes the file beside its place, checks its length, and moves it there in one step.</summary>
    /// <exception cref="IOException">It did not become <paramref name="length"/> bytes long.</exception>
    public static async Task ReplaceAsync(string path, long length, Func<Stream, Task> fill)
    {
        string partial = $"{path}.{Guid.CreateVersion7():N}.partial";
        try
        {
            await WriteNewAsync(partial, fill);
            long written = new FileInfo(partial).Length;
            if (written != length)
                throw new IOException($"{path}: {written} bytes came, {length} were announced.");
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>Opens a file for one pass from its start.</summary>
    public static FileStream OpenRead(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferBytes, FileOptions.Asynchronous | FileOptions.SequentialScan);
}
