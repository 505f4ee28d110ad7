using static FlowLake.Lake.Objects.Posix;

namespace FlowLake.Lake.Objects;

/// <summary>
/// Objects as files of one folder tree, on a local file system with hard links; a key's segments are the names, literally. A file gets its name only
/// when its content is whole and on the disk. A name can be a file or a folder, not both: with an object <c>a</c> there can be no <c>a/b</c>.
/// Folders are made by the first object in them and removed with the last.
/// </summary>
internal sealed class DirectoryObjectStore : IObjectStore
{
    // Another process may remove a folder, empty for the moment, between our making it and naming a file in it. Each attempt needs such a coincidence.
    private const int NamingAttemptsMax = 100;

    private readonly string root;
    private readonly DirectoryStaging staging;

    public DirectoryObjectStore(string path, TimeProvider timeProvider)
    {
        root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        staging = new DirectoryStaging(root, timeProvider);
        Location = new UriBuilder(Uri.UriSchemeFile, "", -1, string.Join('/', root.Split('/').Select(Uri.EscapeDataString)).TrimEnd('/') + "/").Uri;
    }

    public Uri Location { get; }

    public string LocalPath(string key) => Path.Combine(root, ObjectKey.Check(key));

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, string? startAfter = null, CancellationToken cancellationToken = default) =>
        DirectoryListing.WalkAsync(root, ObjectKey.CheckPrefix(prefix), startAfter, cancellationToken);

    public async Task<byte[]?> ReadAsync(string key, CancellationToken cancellationToken = default)
    {
        await using FileStream? file = TryOpen(key);
        if (file is null)
            return null;
        if (file.Length > ObjectStores.ReadBytesMax)
            throw new IOException($"{LocalPath(key)} has {file.Length} bytes; at most {ObjectStores.ReadBytesMax} are read into memory. Download it.");
        byte[] content = new byte[file.Length];
        await file.ReadExactlyAsync(content, cancellationToken);
        return content;
    }

    public async Task DownloadAsync(string key, string path, long bytesMax = long.MaxValue, CancellationToken cancellationToken = default)
    {
        await using FileStream source = Open(key);
        ObjectTooLargeException.ThrowIfAbove(bytesMax, source.Length, Location, key);
        await LocalFile.ReplaceAsync(path, source.Length, target => source.CopyToAsync(target, cancellationToken));
    }

    public async Task<PutOutcome> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        string target = LocalPath(key);
        if (File.Exists(target))
            return ObjectMetrics.Counted(PutOutcome.AlreadyExists.Instance);
        using StagedFile staged = await staging.StageAsync(file => file.WriteAsync(content, cancellationToken).AsTask());
        Error error = Name(staged, target, Link);
        if (error == Error.Exists && !Directory.Exists(target))
            return ObjectMetrics.Counted(PutOutcome.AlreadyExists.Instance);
        ThrowUnlessNone(error, target);
        // Others see the object already, but if its folder cannot be flushed it may not outlive a power cut.
        Error flushed = FlushNamed(target);
        return ObjectMetrics.Counted(flushed == Error.None ? PutOutcome.Created.Instance : new PutOutcome.Unknown($"{target} may not be durable: {Describe(flushed)}"));
    }

    public Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        ReplaceAsync(key, file => file.WriteAsync(content, cancellationToken).AsTask());

    public async Task UploadAsync(string key, string path, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        await using FileStream source = LocalFile.OpenRead(path);
        await ReplaceAsync(key, file => source.CopyToAsync(file, cancellationToken));
    }

    public async Task CopyAsync(string sourceKey, string targetKey, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(targetKey);
        await using FileStream source = Open(sourceKey);
        await ReplaceAsync(targetKey, file => source.CopyToAsync(file, cancellationToken));
    }

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default)
    {
        string[] paths = [.. keys.Select(LocalPath)];
        return Task.Run(() => Delete(paths, cancellationToken), cancellationToken);
    }

    public void Dispose()
    {
        // Nothing is held between two calls.
    }

    private async Task ReplaceAsync(string key, Func<Stream, Task> fill)
    {
        string target = LocalPath(key);
        using StagedFile staged = await staging.StageAsync(fill);
        ThrowUnlessNone(Name(staged, target, Rename), target);
        ThrowUnlessNone(FlushNamed(target), target);
    }

    private static Error Name(StagedFile staged, string target, Func<string, string, Error> call)
    {
        string folder = Path.GetDirectoryName(target)!;
        Error error = Error.NotFound;
        for (int attempt = 0; attempt < NamingAttemptsMax && error == Error.NotFound; attempt++)
        {
            error = MakeFolder(folder);
            if (error == Error.None)
                error = call(staged.Path, target);
        }
        return error;
    }

    private static Error FlushNamed(string target)
    {
        // Where the folder is gone, another process has deleted the object since, and there is nothing left to keep.
        Error error = FlushFolder(Path.GetDirectoryName(target)!);
        return error == Error.NotFound ? Error.None : error;
    }

    private void Delete(string[] paths, CancellationToken cancellationToken)
    {
        foreach (IGrouping<string, string> inFolder in paths.GroupBy(path => Path.GetDirectoryName(path)!))
        {
            foreach (string path in inFolder)
            {
                cancellationToken.ThrowIfCancellationRequested();
                DeleteFile(path);
            }
            RemoveEmptyFolders(inFolder.Key);
        }
    }

    private static void DeleteFile(string path)
    {
        try
        {
            if (!Directory.Exists(path))
                File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // As absent as the file in it.
        }
    }

    /// <summary>Removes the folder and those above it as far as they are empty, and makes what was removed durable.</summary>
    private void RemoveEmptyFolders(string folder)
    {
        while (folder.Length > root.Length && RemoveFolder(folder) is Error.None or Error.NotFound)
            folder = Path.GetDirectoryName(folder)!;
        Error error = FlushFolder(folder);
        if (error is not (Error.None or Error.NotFound))
            throw new IOException($"Deleted in {folder}, but perhaps not durably: {Describe(error)}.");
    }

    private FileStream? TryOpen(string key)
    {
        string path = LocalPath(key);
        try
        {
            return LocalFile.OpenRead(path);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException || Directory.Exists(path))
        {
            return null;
        }
    }

    private FileStream Open(string key) =>
        TryOpen(key) ?? throw new FileNotFoundException($"There is no object {key} in {Location}.", LocalPath(key));

    private static void ThrowUnlessNone(Error error, string target)
    {
        if (error == Error.None)
            return;
        string remedy = error switch
        {
            Error.Exists or Error.IsAFolder or Error.NotAFolder => " An object's key cannot go on where another's ends.",
            Error.NotPermitted or Error.OtherFileSystem => " The lake's folder must lie on one file system that has hard links.",
            _ => "",
        };
        throw new IOException($"Cannot write the object {target}: {Describe(error)}.{remedy}");
    }
}
