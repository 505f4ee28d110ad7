using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;

namespace FlowLake.Lake.Objects;

/// <summary>Objects of an S3 bucket, all under one prefix.</summary>
internal sealed class S3ObjectStore : IObjectStore
{
    private const int DeleteBatch = 1000; // What S3 takes in one request.

    // Below it an upload is one request; above it parts, which S3 keeps (and bills) when the writer dies: the bucket needs a rule that ends them.
    private const long PartsFromBytes = 256L << 20;

    private readonly S3Address address;
    private readonly TimeProvider timeProvider;
    private readonly S3Timeouts timeouts;
    private readonly AmazonS3Client client;
    private readonly AmazonS3Client singleClient;
    private readonly S3Body body;

    public S3ObjectStore(S3Address address, TimeProvider timeProvider, S3Timeouts? timeouts = null)
    {
        this.address = address;
        this.timeProvider = timeProvider;
        this.timeouts = timeouts ??= new S3Timeouts();
        client = S3Client.Retrying(address, timeouts.Silence, timeProvider);
        singleClient = S3Client.Single(address, timeouts.Silence, timeProvider);
        body = new S3Body(client, address);
    }

    public Uri Location => address.Location;

    public string Identity => $"{address.Location.AbsoluteUri} {address.Endpoint}";

    public string? LocalPath(string key)
    {
        ObjectKey.Check(key);
        return null;
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, string? startAfter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new ListObjectsV2Request
        {
            BucketName = address.Bucket,
            Prefix = address.Prefix + ObjectKey.CheckPrefix(prefix),
            StartAfter = startAfter is null ? null : address.Prefix + startAfter,
        };
        do
        {
            ListObjectsV2Response page = await AttemptAsync($"list {prefix}*", () => client.ListObjectsV2Async(request, cancellationToken));
            foreach (S3Object found in page.S3Objects ?? [])
            {
                string key = found.Key[address.Prefix.Length..];
                // Other tools leave things that are no keys of ours, such as empty objects that play folders.
                if (ObjectKey.IsValid(key))
                    yield return new StoredObject(key, found.Size ?? 0, new DateTimeOffset((found.LastModified ?? default).ToUniversalTime()));
            }
            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    public async Task<byte[]?> ReadAsync(string key, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        byte[] content = [];
        bool found = await AttemptAsync($"read {key}", () => body.ReadAsync(key, Keep, cancellationToken));
        return found ? content : null;

        async Task Keep(long length, Func<Stream, Task> copyTo)
        {
            if (length > ObjectStores.ReadBytesMax)
                throw new ObjectStoreException($"{Location}: {key} has {length} bytes; at most {ObjectStores.ReadBytesMax} are read into memory. Download it.");
            content = new byte[length];
            using var memory = new MemoryStream(content);
            await copyTo(memory);
        }
    }

    public async Task DownloadAsync(string key, string path, long bytesMax = long.MaxValue, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        if (!await AttemptAsync($"download {key}", () => body.ReadAsync(key, Keep, cancellationToken)))
            throw Absent(key);

        Task Keep(long length, Func<Stream, Task> copyTo)
        {
            ObjectTooLargeException.ThrowIfAbove(bytesMax, length, Location, key);
            return LocalFile.ReplaceAsync(path, length, copyTo);
        }
    }

    public async Task<PutOutcome> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        PutObjectRequest request = PutRequest(key, content);
        request.IfNoneMatch = "*";
        using var timeout = new CancellationTokenSource(timeouts.PutIfAbsent, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await singleClient.PutObjectAsync(request, either.Token);
            return ObjectMetrics.Counted(PutOutcome.Created.Instance);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            PutOutcome? outcome = timeout.IsCancellationRequested
                ? new PutOutcome.Unknown($"no answer within {timeouts.PutIfAbsent.TotalSeconds:0.###} s")
                : S3Answer.Outcome(failure);
            return ObjectMetrics.Counted(outcome ?? throw S3Answer.Refusal(address, $"put {key}", failure));
        }
    }

    public Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        AttemptAsync($"put {key}", () => client.PutObjectAsync(PutRequest(key, content), cancellationToken));

    public async Task UploadAsync(string key, string path, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file {path} to upload to {Location}.", path);
        using var transfer = new TransferUtility(client, new TransferUtilityConfig { MinSizeBeforePartUpload = PartsFromBytes });
        var request = new TransferUtilityUploadRequest { BucketName = address.Bucket, Key = address.Prefix + key, FilePath = path };
        await AttemptAsync($"upload {path} to {key}", async () =>
        {
            await transfer.UploadAsync(request, cancellationToken);
            return true;
        });
    }

    public async Task CopyAsync(string sourceKey, string targetKey, CancellationToken cancellationToken = default)
    {
        var request = new CopyObjectRequest
        {
            SourceBucket = address.Bucket,
            SourceKey = address.Prefix + ObjectKey.Check(sourceKey),
            DestinationBucket = address.Bucket,
            DestinationKey = address.Prefix + ObjectKey.Check(targetKey),
        };
        try
        {
            await AttemptAsync($"copy {sourceKey} to {targetKey}", () => client.CopyObjectAsync(request, cancellationToken));
        }
        catch (ObjectStoreException failure) when (failure.InnerException is AmazonS3Exception answer && S3Answer.IsAbsent(answer))
        {
            throw Absent(sourceKey);
        }
    }

    public async Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default)
    {
        foreach (string[] batch in keys.Select(ObjectKey.Check).ToArray().Chunk(DeleteBatch))
        {
            var request = new DeleteObjectsRequest
            {
                BucketName = address.Bucket,
                Objects = [.. batch.Select(key => new KeyVersion { Key = address.Prefix + key })],
                Quiet = true,
            };
            await AttemptAsync($"delete {batch.Length} objects, {batch[0]} the first", () => client.DeleteObjectsAsync(request, cancellationToken));
        }
    }

    public void Dispose()
    {
        client.Dispose();
        singleClient.Dispose();
    }

    private PutObjectRequest PutRequest(string key, ReadOnlyMemory<byte> content)
    {
        ArraySegment<byte> bytes = MemoryMarshal.TryGetArray(content, out ArraySegment<byte> segment) ? segment : content.ToArray();
        return new PutObjectRequest
        {
            BucketName = address.Bucket,
            Key = address.Prefix + ObjectKey.Check(key),
            InputStream = new MemoryStream(bytes.Array ?? [], bytes.Offset, bytes.Count, writable: false),
        };
    }

    private FileNotFoundException Absent(string key) => new($"There is no object {key} in {Location}.", key);

    /// <summary>Whatever the SDK throws becomes an exception of ours; a caller's cancellation, and what we or the local disk threw, stay as they are.</summary>
    private async Task<T> AttemptAsync<T>(string deed, Func<Task<T>> request)
    {
        try
        {
            return await request();
        }
        catch (Exception failure) when (failure is AmazonClientException or AmazonServiceException or HttpRequestException or S3Body.BrokenException or SilenceLimit.SilenceException)
        {
            throw S3Answer.Refusal(address, deed, failure);
        }
    }
}
