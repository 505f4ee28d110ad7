using System.Collections.Concurrent;
using FlowLake.Lake.Objects;

namespace FlowLake.Tests.Infra;

/// <summary>A store in front of another that writes down what S3 would ask leave for. Like S3 it has no file to read in place.</summary>
internal sealed class WitnessStore(IObjectStore store) : IObjectStore
{
    /// <summary>Actions and keys, in the words of S3's policies.</summary>
    public ConcurrentQueue<(string Action, string Key)> Deeds { get; } = [];

    /// <summary>Run before each commit, with its key: time for a rival, or for a failure.</summary>
    public Func<string, Task> BeforeCommit { get; set; } = _ => Task.CompletedTask;

    public Uri Location => store.Location;

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, string? startAfter = null, CancellationToken cancellationToken = default)
    {
        Deeds.Enqueue(("s3:ListBucket", ""));
        return store.ListAsync(prefix, startAfter, cancellationToken);
    }

    public Task<byte[]?> ReadAsync(string key, CancellationToken cancellationToken = default)
    {
        Deeds.Enqueue(("s3:GetObject", key));
        return store.ReadAsync(key, cancellationToken);
    }

    public Task DownloadAsync(string key, string path, long bytesMax = long.MaxValue, CancellationToken cancellationToken = default)
    {
        Deeds.Enqueue(("s3:GetObject", key));
        return store.DownloadAsync(key, path, bytesMax, cancellationToken);
    }

    public async Task<PutOutcome> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        Deeds.Enqueue(("s3:PutObject", key));
        await BeforeCommit(key);
        return await store.PutIfAbsentAsync(key, content, cancellationToken);
    }

    public Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        Deeds.Enqueue(("s3:PutObject", key));
        return store.PutAsync(key, content, cancellationToken);
    }

    public Task UploadAsync(string key, string path, CancellationToken cancellationToken = default)
    {
        Deeds.Enqueue(("s3:PutObject", key));
        // What is sent in parts must also be given up in parts.
        Deeds.Enqueue(("s3:AbortMultipartUpload", key));
        return store.UploadAsync(key, path, cancellationToken);
    }

    public Task CopyAsync(string sourceKey, string targetKey, CancellationToken cancellationToken = default)
    {
        Deeds.Enqueue(("s3:GetObject", sourceKey));
        Deeds.Enqueue(("s3:PutObject", targetKey));
        return store.CopyAsync(sourceKey, targetKey, cancellationToken);
    }

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default)
    {
        foreach (var key in keys)
            Deeds.Enqueue(("s3:DeleteObject", key));
        return store.DeleteAsync(keys, cancellationToken);
    }

    public string? LocalPath(string key) => null;

    public void Dispose()
    {
        // The store in front of which it stands belongs to the test.
    }
}
