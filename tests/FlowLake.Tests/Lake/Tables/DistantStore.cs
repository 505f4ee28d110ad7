using FlowLake.Lake.Objects;

namespace FlowLake.Tests.Lake.Tables;

/// <summary>A directory store that cannot be read in place, as if it were on another machine.</summary>
internal sealed class DistantStore(IObjectStore inner) : IObjectStore
{
    public Uri Location => inner.Location;

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, string? startAfter = null, CancellationToken cancellationToken = default) => inner.ListAsync(prefix, startAfter, cancellationToken);

    public Task<byte[]?> ReadAsync(string key, CancellationToken cancellationToken = default) => inner.ReadAsync(key, cancellationToken);

    public Task DownloadAsync(string key, string path, long bytesMax = long.MaxValue, CancellationToken cancellationToken = default) => inner.DownloadAsync(key, path, bytesMax, cancellationToken);

    public Task<PutOutcome> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) => inner.PutIfAbsentAsync(key, content, cancellationToken);

    public Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) => inner.PutAsync(key, content, cancellationToken);

    public Task UploadAsync(string key, string path, CancellationToken cancellationToken = default) => inner.UploadAsync(key, path, cancellationToken);

    public Task CopyAsync(string sourceKey, string targetKey, CancellationToken cancellationToken = default) => inner.CopyAsync(sourceKey, targetKey, cancellationToken);

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default) => inner.DeleteAsync(keys, cancellationToken);

    public string? LocalPath(string key) => null;

    public void Dispose()
    {
    }
}
