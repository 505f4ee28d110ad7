using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using FlowLake.Lake.Objects;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Ingest.Inbox;

/// <summary>
/// Bad inbox files: a copy under the same key below <c>quarantine/</c>, and beside it the reason. Both are there before any table passes the file, so a bad file
/// is never lost; and a table that comes to a file after the first one has passed it asks here whether it was bad.
/// </summary>
public sealed class Quarantine(IObjectStore store, TimeProvider timeProvider)
{
    public const string Prefix = "quarantine/";

    private const string ReasonSuffix = ".reason.json";

    private const int ReadsAtOnce = 16;

    /// <summary>The copy's key.</summary>
    public static string KeyOf(InboxKey file) => Prefix + file.Key;

    /// <summary>The key of the reason.</summary>
    public static string ReasonKeyOf(InboxKey file) => KeyOf(file) + ReasonSuffix;

    /// <summary>Those of the files that are in quarantine.</summary>
    public async Task<ImmutableHashSet<InboxKey>> FindAsync(IEnumerable<InboxKey> files, CancellationToken cancellationToken)
    {
        var found = ImmutableHashSet.CreateBuilder<InboxKey>();
        foreach (var some in files.Chunk(ReadsAtOnce))
        {
            var notes = await Task.WhenAll(some.Select(file => store.ReadAsync(ReasonKeyOf(file), cancellationToken)));
            found.UnionWith(some.Where((_, index) => notes[index] is not null));
        }

        return found.ToImmutable();
    }

    /// <summary>Copies a file and the side objects it has, and writes the reason.</summary>
    /// <exception cref="FileNotFoundException">The file is gone: another ingest was faster.</exception>
    public async Task PutAsync(InboxObject listed, string reason, CancellationToken cancellationToken)
    {
        var file = listed.Key;
        // A file that cannot be read does not tell which it has, so each that may be there is tried.
        foreach (var table in SideObject.Tables)
            await CopyIfThereAsync(new SideObject(file, table.Name).Key, cancellationToken);
        await store.CopyAsync(file.Key, KeyOf(file), cancellationToken);
        await WriteAsync(ReasonKeyOf(file), new QuarantineNote(file.Key, reason, timeProvider.GetUtcNow(), listed.Size), cancellationToken);
        IngestMetrics.Quarantined();
    }

    /// <summary>Copies a side object that has no file, and writes the reason.</summary>
    /// <exception cref="FileNotFoundException">It is gone: another ingest was faster.</exception>
    public async Task PutAsync(InboxSide listed, string reason, CancellationToken cancellationToken)
    {
        var copy = Prefix + listed.Side.Key;
        await store.CopyAsync(listed.Side.Key, copy, cancellationToken);
        await WriteAsync(copy + ReasonSuffix, new QuarantineNote(listed.Side.Key, reason, timeProvider.GetUtcNow(), listed.Size), cancellationToken);
    }

    private Task WriteAsync(string key, QuarantineNote note, CancellationToken cancellationToken) =>
        store.PutAsync(key, JsonSerializer.SerializeToUtf8Bytes(note, QuarantineJsonContext.Default.QuarantineNote), cancellationToken);

    private async Task CopyIfThereAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            await store.CopyAsync(key, Prefix + key, cancellationToken);
        }
        catch (FileNotFoundException)
        {
            // The file has none, or all of it is gone: then its own copy says so.
        }
    }
}

/// <summary>Why a file is in quarantine.</summary>
/// <param name="Key">The key it had in the inbox.</param>
/// <param name="Reason">What is wrong with it, for a person.</param>
/// <param name="At">When it was found.</param>
/// <param name="Size">Its bytes, without its side objects.</param>
public sealed record QuarantineNote(string Key, string Reason, DateTimeOffset At, long Size);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(QuarantineNote))]
internal sealed partial class QuarantineJsonContext : JsonSerializerContext;
