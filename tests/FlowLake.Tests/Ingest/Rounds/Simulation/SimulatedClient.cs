using System.Runtime.CompilerServices;
using FlowLake.Lake.Objects;

namespace FlowLake.Tests.Ingest.Rounds.Simulation;

/// <summary>The process died here; nothing after it happened.</summary>
internal sealed class ProcessDeath : Exception;

/// <summary>
/// One process's way to a bucket in memory, as bad as a network can be while <see cref="History.Hostile"/>: requests fail before or after they took effect, or take
/// effect long after they failed; listings miss what changes meanwhile; the process dies at any request, before or after its effect.
/// </summary>
internal sealed class SimulatedClient(History history) : IObjectStore
{
    private bool dead;

    /// <summary>Files on the process's own disk, by path.</summary>
    public Dictionary<string, byte[]> Disk { get; } = [];

    public Uri Location { get; } = new("memory:///");

    private SortedDictionary<string, byte[]> Objects => history.Objects;

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, string? startAfter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await RequestAsync();
        // A listing is no snapshot: it is made piece by piece while others put and delete.
        var after = startAfter;
        while (true)
        {
            var page = Objects.Where(stored => stored.Key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(stored.Key, after) > 0)
                .Select(stored => new StoredObject(stored.Key, stored.Value.Length, history.PutAt[stored.Key])).Take(3).ToArray();
            if (page.Length == 0)
                yield break;
            foreach (var stored in page)
                yield return stored;
            after = page[^1].Key;
            await RequestAsync();
        }
    }

    public async Task<byte[]?> ReadAsync(string key, CancellationToken cancellationToken = default)
    {
        await RequestAsync();
        return Objects.GetValueOrDefault(key);
    }

    public async Task<PutOutcome> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        var bytes = content.ToArray();
        await TurnAsync();
        if (history.Hostile && history.Chance(4))
        {
            switch (history.Turns.Random.Next(3))
            {
                case 0: history.TryPut(key, bytes); break;
                case 1: history.Turns.Later(() => history.TryPut(key, bytes)); break;
            }

            DieByChance();
            return new PutOutcome.Unknown("no answer");
        }

        DieByChance();
        var created = history.TryPut(key, bytes);
        DieByChance();
        return created ? PutOutcome.Created.Instance : PutOutcome.AlreadyExists.Instance;
    }

    public Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        var bytes = content.ToArray();
        return ChangeAsync(() => history.Put(key, bytes));
    }

    public Task UploadAsync(string key, string path, CancellationToken cancellationToken = default) => PutAsync(key, Disk[path], cancellationToken);

    public async Task CopyAsync(string sourceKey, string targetKey, CancellationToken cancellationToken = default)
    {
        var content = await ReadAsync(sourceKey, cancellationToken) ?? throw new FileNotFoundException("absent", sourceKey);
        await PutAsync(targetKey, content, cancellationToken);
    }

    public async Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default)
    {
        foreach (var key in keys)
            await ChangeAsync(() => Objects.Remove(key));
    }

    public Task DownloadAsync(string key, string path, long bytesMax = long.MaxValue, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public string? LocalPath(string key) => null;

    public void Dispose()
    {
    }

    private async Task ChangeAsync(Action change)
    {
        await TurnAsync();
        if (history.Hostile && history.Chance(12))
        {
            switch (history.Turns.Random.Next(3))
            {
                case 0: change(); break;
                case 1: history.Turns.Later(change); break;
            }

            throw new IOException("no answer");
        }

        DieByChance();
        change();
        DieByChance();
    }

    private async Task RequestAsync()
    {
        await TurnAsync();
        DieByChance();
        if (history.Hostile && history.Chance(40))
            throw new IOException("no answer");
    }

    private async Task TurnAsync()
    {
        if (dead)
            throw new ProcessDeath();
        await history.Turns.NextAsync();
    }

    private void DieByChance()
    {
        dead |= history.Hostile && history.Chance(60);
        if (dead)
            throw new ProcessDeath();
    }
}
