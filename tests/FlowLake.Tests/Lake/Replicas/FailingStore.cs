using System.Collections.Concurrent;
using FlowLake.Lake.Objects;

namespace FlowLake.Tests.Lake.Replicas;

/// <summary>A directory store as if it were on another machine, which counts what is downloaded and fails when it is told to.</summary>
internal sealed class FailingStore(IObjectStore inner) : IObjectStore
{
    private readonly ConcurrentQueue<string> downloads = new();

    /// <summary>Keys of the objects that were downloaded whole.</summary>
    public IReadOnlyCollection<string> Downloads => downloads;

    /// <summary>Keys that cannot be read now, by what they contain; none of them while it is null.</summary>
    public string? Broken { get; set; }

    public Uri Location => inner.Location;

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, string? startAfter = null, CancellationToken cancellationToken = default)
    {
        ThrowIfBroken(prefix);
        return inner.ListAsync(prefix, startAfter, cancellationToken);
    }

    public Task<byte[]?> ReadAsync(string key, CancellationToken cancellationToken = default)
    {
        ThrowIfBroken(key);
        return inner.ReadAsync(key, cancellationToken);
    }

    public async Task DownloadAsync(string key, string path, long bytesMax = long.MaxValue, CancellationToken cancellationToken = default)
    {
        ThrowIfBroken(key);
        await inner.DownloadAsync(key, path, bytesMax, cancellationToken);
        downloads.Enqueue(key);
    }

    public Task<PutOutcome> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) => inner.PutIfAbsentAsync(key, content, cancellationToken);

    public Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) => inner.PutAsync(key, content, cancellationToken);

    public Task UploadAsync(string key, string path, CancellationToken cancellationToken = default) => inner.UploadAsync(key, path, cancellationToken);

    public Task CopyAsync(string sourceKey, string targetKey, CancellationToken cancellationToken = default) => inner.CopyAsync(sourceKey, targetKey, cancellationToken);

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default) => inner.DeleteAsync(keys, cancellationToken);

    public string? LocalPath(string key) => null;

    public void Dispose()
    {
    }

    private void ThrowIfBroken(string key)
    {
        if (Broken is not null && key.Contains(Broken, StringComparison.Ordinal))
            throw new IOException($"{key}: the network is gone");
    }
}
