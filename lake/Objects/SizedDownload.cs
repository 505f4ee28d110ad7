namespace FlowLake.Lake.Objects;

/// <summary>Downloads of objects whose size a listing or a log has told.</summary>
public static class SizedDownload
{
    /// <summary>
    /// Copies the object to a local file as <see cref="IObjectStore.DownloadAsync"/> does, and holds that against its size: an answer cut short with a length to match
    /// would make a good file look like a bad one.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="key">The object.</param>
    /// <param name="path">The local file.</param>
    /// <param name="bytes">The object's size.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="FileNotFoundException">The object is absent.</exception>
    /// <exception cref="IOException">It came with another size: read it again, or look what became of it.</exception>
    public static async Task DownloadWholeAsync(this IObjectStore store, string key, string path, long bytes, CancellationToken cancellationToken)
    {
        try
        {
            await store.DownloadAsync(key, path, bytes, cancellationToken);
        }
        catch (ObjectTooLargeException larger)
        {
            throw OtherSize(larger.Bytes);
        }

        if (new FileInfo(path).Length is var came && came != bytes)
            throw OtherSize(came);

        IOException OtherSize(long came) => new($"{store.Location}{key} came with {came} bytes where {bytes} were told of it; try again");
    }
}
