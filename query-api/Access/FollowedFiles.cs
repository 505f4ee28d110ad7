using System.Security.Cryptography;

namespace FlowLake.QueryApi.Access;

/// <summary>A value read from files, and read again when they have changed. For any number of threads.</summary>
/// <remarks>
/// Guarantees: 1. a change is seen by whoever asks a second after it, or later; 2. what cannot be read, or means nothing, leaves the value that was there, and is told once; 3. whoever asks meanwhile is not kept
/// waiting. The content is compared and not its time: a file may be changed twice within what a file system's clock tells apart, and Kubernetes swaps a link above it.
/// </remarks>
internal sealed class FollowedFiles<T>
    where T : class
{
    private static readonly TimeSpan pause = TimeSpan.FromSeconds(1);

    private readonly Func<IReadOnlyList<byte[]>> contents;
    private readonly Func<IReadOnlyList<byte[]>, T> read;
    private readonly TimeProvider timeProvider;
    private readonly Lock gate = new();
    private byte[] hash;
    private T current;
    private long lookedAt;
    private string? complaint;

    /// <summary>Reads the files; what is wrong with them is the caller's to hear this first time.</summary>
    public FollowedFiles(Func<IReadOnlyList<byte[]>> contents, Func<IReadOnlyList<byte[]>, T> read, TimeProvider timeProvider)
    {
        (this.contents, this.read, this.timeProvider) = (contents, read, timeProvider);
        var first = contents();
        (hash, current, lookedAt) = (HashOf(first), read(first), timeProvider.GetTimestamp());
    }

    /// <summary>Told that the value was read anew (null), or why it could not be.</summary>
    public Action<Exception?>? Changed { get; init; }

    /// <summary>The value as the files have it, or had it last.</summary>
    public T Current
    {
        get
        {
            if (timeProvider.GetElapsedTime(Interlocked.Read(ref lookedAt)) >= pause && gate.TryEnter())
            {
                try
                {
                    Look();
                }
                finally
                {
                    Interlocked.Exchange(ref lookedAt, timeProvider.GetTimestamp());
                    gate.Exit();
                }
            }

            return Volatile.Read(ref current);
        }
    }

    private void Look()
    {
        try
        {
            var found = contents();
            var foundHash = HashOf(found);
            if (complaint is null && foundHash.AsSpan().SequenceEqual(hash))
                return;
            Volatile.Write(ref current, read(found));
            (hash, complaint) = (foundHash, null);
            Changed?.Invoke(null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException or CryptographicException)
        {
            if (complaint == exception.Message)
                return;
            complaint = exception.Message;
            Changed?.Invoke(exception);
        }
    }

    private static byte[] HashOf(IReadOnlyList<byte[]> contents)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var content in contents)
            all.AppendData(SHA256.HashData(content));
        return all.GetHashAndReset();
    }
}
