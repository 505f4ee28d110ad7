using FlowLake.Lake.Objects;

namespace FlowLake.Tests.Lake.Tables;

/// <summary>A real store before which answers are lost: each put-if-absent does what its turn of the script says, and after the script what the store says.</summary>
internal sealed class LyingStore(IObjectStore inner, params PutLie[] script) : IObjectStore
{
    /// <summary>Puts if absent so far.</summary>
    public int Puts { get; private set; }

    /// <summary>Keys a listing leaves out, as one does that was made while they were put.</summary>
    public HashSet<string> Unlisted { get; } = [];

    public Uri Location => inner.Location;

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, string? startAfter = null, CancellationToken cancellationToken = default) =>
        inner.ListAsync(prefix, startAfter, cancellationToken).Where(stored => !Unlisted.Contains(stored.Key));

    public async Task<PutOutcome> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        var lie = Puts < script.Length ? script[Puts] : PutLie.None;
        Puts++;
        if (lie == PutLie.Lost)
            return new PutOutcome.Unknown("500");
        if (lie == PutLie.AnotherFirst)
            await inner.PutAsync(key, """{"commitInfo":{"timestamp":1,"operation":"WRITE","engineInfo":"other","txnId":"other","operationParameters":{}}}"""u8.ToArray(), cancellationToken);
        var outcome = await inner.PutIfAbsentAsync(key, content, cancellationToken);
        return lie switch
        {
            PutLie.AnswerLost => new PutOutcome.Unknown("time-out"),
            PutLie.SentTwice => PutOutcome.AlreadyExists.Instance,
            _ => outcome,
        };
    }

    public Task<byte[]?> ReadAsync(string key, CancellationToken cancellationToken = default) => inner.ReadAsync(key, cancellationToken);

    public Task DownloadAsync(string key, string path, long bytesMax = long.MaxValue, CancellationToken cancellationToken = default) => inner.DownloadAsync(key, path, bytesMax, cancellationToken);

    public Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) => inner.PutAsync(key, content, cancellationToken);

    public Task UploadAsync(string key, string path, CancellationToken cancellationToken = default) => inner.UploadAsync(key, path, cancellationToken);

    public Task CopyAsync(string sourceKey, string targetKey, CancellationToken cancellationToken = default) => inner.CopyAsync(sourceKey, targetKey, cancellationToken);

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default) => inner.DeleteAsync(keys, cancellationToken);

    public string? LocalPath(string key) => inner.LocalPath(key);

    public void Dispose()
    {
    }
}

/// <summary>What becomes of a put-if-absent and of its answer.</summary>
internal enum PutLie
{
    /// <summary>Nothing: the store answers.</summary>
    None,

    /// <summary>The put never arrives.</summary>
    Lost,

    /// <summary>The put is stored, its answer lost.</summary>
    AnswerLost,

    /// <summary>The put is stored, and something on the way sends it again: it meets itself.</summary>
    SentTwice,

    /// <summary>Another's put comes first.</summary>
    AnotherFirst,
}
