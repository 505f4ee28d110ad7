namespace FlowLake.Lake.Objects;

/// <summary>
/// Where the lake's bytes are: a directory or an S3 bucket. Keys are checked by <see cref="ObjectKey"/>; a malformed one throws
/// <see cref="ArgumentException"/> from every method. A store that cannot be reached, or refuses, throws an <see cref="IOException"/> or
/// <see cref="UnauthorizedAccessException"/> that names the place.
/// </summary>
/// <remarks>
/// Every implementation guarantees:
/// 1. An object is seen whole or not at all, however its writer ends.
/// 2. Of any number of writers that put the same key if absent, one at most creates it.
/// 3. What was acknowledged is durable, and is seen by every read and listing that starts afterwards.
/// All methods may be called from many threads at once.
/// </remarks>
public interface IObjectStore : IDisposable
{
    /// <summary>Where this store is: <c>file:///folder/</c> or <c>s3://bucket/prefix</c>. For messages; it holds no credentials and no options.</summary>
    Uri Location { get; }

    /// <summary>Tells this store from every other: where it is, and on which server where that is not the provider's own. For names of folders, not for messages.</summary>
    string Identity => Location.AbsoluteUri;

    /// <summary>
    /// The objects whose key starts with <paramref name="prefix"/>, in the order of their keys' UTF-8 bytes. Pages are fetched as the result is
    /// enumerated. Objects put or deleted meanwhile may be in it or not; all others are, once.
    /// </summary>
    /// <param name="prefix">Any beginning of a key, not only whole segments. Empty for all.</param>
    /// <param name="startAfter">Only keys after this one, itself excluded. It need not exist, nor start with the prefix.</param>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, string? startAfter = null, CancellationToken cancellationToken = default);

    /// <summary>The object's content, or null when it is absent. For small objects.</summary>
    /// <exception cref="IOException">The object is larger than <see cref="ObjectStores.ReadBytesMax"/>: download it instead.</exception>
    Task<byte[]?> ReadAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Copies the object to a local file, which appears whole or not at all and replaces an older one. Its folder must exist.</summary>
    /// <param name="bytesMax">The most bytes it may have. The default is no bound.</param>
    /// <exception cref="FileNotFoundException">The object is absent.</exception>
    /// <exception cref="ObjectTooLargeException">The object is larger.</exception>
    Task DownloadAsync(string key, string path, long bytesMax = long.MaxValue, CancellationToken cancellationToken = default);

    /// <summary>
    /// Creates the object unless one of that key exists. Sent once, never retried: <see cref="PutOutcome.Unknown"/> says that the answer was lost
    /// or doubtful, and the object may be there or not, now or a moment later. Only its content tells. A cancelled call is just as open.
    /// </summary>
    Task<PutOutcome> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <summary>Creates or replaces the object. Retried where the store is remote.</summary>
    Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <summary>Creates or replaces the object with the content of a local file, which must not change meanwhile. Retried where the store is remote.</summary>
    /// <exception cref="FileNotFoundException">There is no file at <paramref name="path"/>.</exception>
    Task UploadAsync(string key, string path, CancellationToken cancellationToken = default);

    /// <summary>Creates or replaces the target with the content of the source, within this store.</summary>
    /// <exception cref="FileNotFoundException">The source is absent.</exception>
    Task CopyAsync(string sourceKey, string targetKey, CancellationToken cancellationToken = default);

    /// <summary>Deletes the objects, any number of them. Absent keys are fine. When it throws, some of them may be deleted: call it again.</summary>
    Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default);

    /// <summary>The file in which the object can be read in place (it is not checked whether it exists), or null where it must be downloaded. Never write there.</summary>
    string? LocalPath(string key);
}
