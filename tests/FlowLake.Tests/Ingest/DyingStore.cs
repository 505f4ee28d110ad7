using System.Runtime.CompilerServices;
using FlowLake.Lake.Objects;
using Xunit;

namespace FlowLake.Tests.Ingest;

/// <summary>A store whose process dies at a request counted from its start: before it takes effect, half way, or after.</summary>
/// <remarks>
/// Counted are the requests that change something, for to die at another leaves to the next process what the last change left; half way through, deletes alone,
/// the only ones that do several things.
/// </remarks>
/// <param name="inner">The store itself.</param>
/// <param name="lastRequest">The number of the request it dies at, from 0.</param>
/// <param name="moment">When it dies.</param>
internal sealed class DyingStore(IObjectStore inner, int lastRequest, DyingMoment moment) : IObjectStore
{
    private int requests;

    /// <summary>Lets a process die at each of its requests, one process after the other.</summary>
    /// <param name="dieAtAsync">Runs a process that dies at the request of this number, and checks what it left. Returns what it died at, null where it was done before.</param>
    /// <param name="stepsMax">Requests it makes at most.</param>
    /// <returns>What it died at, each once.</returns>
    public static async Task<List<string>> AtEachStepAsync(Func<int, Task<string?>> dieAtAsync, int stepsMax)
    {
        var steps = new List<string>();
        while (await dieAtAsync(steps.Count) is { } name)
        {
            steps.Add(name);
            Assert.True(steps.Count < stepsMax, $"more than {stepsMax} requests");
        }

        return steps;
    }

    /// <summary>What it died at, null while it lives.</summary>
    public string? DiedAt { get; private set; }

    public Uri Location => inner.Location;

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, string? startAfter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Live("list " + prefix);
        await foreach (var stored in inner.ListAsync(prefix, startAfter, cancellationToken))
            yield return stored;
    }

    public async Task<byte[]?> ReadAsync(string key, CancellationToken cancellationToken = default)
    {
        Live("read " + key);
        return await inner.ReadAsync(key, cancellationToken);
    }

    public Task DownloadAsync(string key, string path, long bytesMax = long.MaxValue, CancellationToken cancellationToken = default)
    {
        Live("download " + key);
        return inner.DownloadAsync(key, path, bytesMax, cancellationToken);
    }

    public async Task<PutOutcome> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        PutOutcome outcome = PutOutcome.AlreadyExists.Instance;
        await RequestAsync("put if absent " + key, async () => outcome = await inner.PutIfAbsentAsync(key, content, cancellationToken));
        return outcome;
    }

    public Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) => RequestAsync("put " + key, () => inner.PutAsync(key, content, cancellationToken));

    public Task UploadAsync(string key, string path, CancellationToken cancellationToken = default) => RequestAsync("upload " + key, () => inner.UploadAsync(key, path, cancellationToken));

    public Task CopyAsync(string sourceKey, string targetKey, CancellationToken cancellationToken = default) => RequestAsync("copy to " + targetKey, () => inner.CopyAsync(sourceKey, targetKey, cancellationToken));

    public async Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default)
    {
        if (requests == lastRequest && moment == DyingMoment.Halfway)
            await inner.DeleteAsync([.. keys.Take((keys.Count + 1) / 2)], cancellationToken);
        await RequestAsync("delete", () => inner.DeleteAsync(keys, cancellationToken), hasHalves: true);
    }

    public string? LocalPath(string key) => inner.LocalPath(key);

    public void Dispose()
    {
    }

    private void Live(string name)
    {
        if (DiedAt is not null)
            throw new InvalidOperationException($"a dead process asks for {name}");
    }

    private async Task RequestAsync(string name, Func<Task> request, bool hasHalves = false)
    {
        Live(name);
        var last = (hasHalves || moment != DyingMoment.Halfway) && Interlocked.Increment(ref requests) - 1 == lastRequest;
        if (last && moment != DyingMoment.After)
        {
            DiedAt = name;
            throw new InvalidOperationException($"died before {name}");
        }

        try
        {
            await request();
        }
        finally
        {
            // Also where it failed: a process can die just as well after an answer that says no.
            if (last)
                DiedAt = name;
        }

        if (last)
            throw new InvalidOperationException($"died after {name}");
    }
}

/// <summary>When a process dies, seen from the request it dies at.</summary>
internal enum DyingMoment
{
    Before,
    After,
    Halfway,
}
