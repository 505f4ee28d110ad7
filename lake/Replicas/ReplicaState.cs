using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using FlowLake.Schemas.DeltaLog;

namespace FlowLake.Lake.Replicas;

/// <summary>What a replica showed last, so that the next process can show it before it has asked the store.</summary>
/// <param name="ReadAt">When the store's logs were last known to have nothing newer.</param>
/// <param name="Tables">A version of each table, by its name.</param>
internal sealed record ReplicaState(DateTimeOffset ReadAt, ImmutableDictionary<string, TableSnapshot> Tables)
{
    /// <summary>Writes it, whole or not at all. The form is the log's: for each table a line that says how many lines follow, and these.</summary>
    public void Write(string path)
    {
        var partial = $"{path}.{Guid.NewGuid():N}";
        try
        {
            using (var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, 128 << 10))
            {
                foreach (var (name, snapshot) in Tables)
                {
                    ImmutableArray<DeltaAction> actions = snapshot.Exists ? [snapshot.Protocol!, snapshot.Metadata!, .. snapshot.Transactions.Values, .. snapshot.Files.Values] : [];
                    JsonSerializer.Serialize(file, new ReplicaStateLine(name, snapshot.Version, ReadAt, actions.Length), ReplicaStateContext.Default.ReplicaStateLine);
                    file.WriteByte((byte)'\n');
                    file.Write(DeltaJson.Write(actions));
                }
            }

            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote; null where there is nothing, or nothing that can be read: the logs have it all.</summary>
    public static ReplicaState? Read(string path)
    {
        try
        {
            return File.Exists(path) ? Read(File.ReadAllBytes(path), path) : null;
        }
        catch (Exception exception) when (exception is IOException or JsonException or DeltaLogException)
        {
            return null;
        }
    }

    private static ReplicaState Read(ReadOnlySpan<byte> content, string path)
    {
        var state = new ReplicaState(DateTimeOffset.MaxValue, ImmutableDictionary<string, TableSnapshot>.Empty);
        while (!content.IsEmpty)
        {
            var line = JsonSerializer.Deserialize(Lines(ref content, 1), ReplicaStateContext.Default.ReplicaStateLine)!;
            var actions = DeltaJson.Read(Lines(ref content, line.Actions), path);
            if (actions.Length != line.Actions)
                throw new DeltaLogException($"{path}: {actions.Length} actions where {line.Actions} are said");
            state = new ReplicaState(line.ReadAt, state.Tables.SetItem(line.Table, actions.IsEmpty ? TableSnapshot.Empty : TableSnapshot.FromCheckpoint(line.Version, actions, committedAt: null)));
        }

        return state;
    }

    private static ReadOnlySpan<byte> Lines(ref ReadOnlySpan<byte> content, int count)
    {
        var all = content;
        var length = 0;
        for (; count > 0; count--)
        {
            var end = content[length..].IndexOf((byte)'\n');
            if (end < 0)
                throw new DeltaLogException("it ends before it should");
            length += end + 1;
        }

        content = all[length..];
        return all[..length];
    }
}

/// <summary>What stands before a table's actions.</summary>
internal sealed record ReplicaStateLine(string Table, long Version, DateTimeOffset ReadAt, int Actions);

[JsonSerializable(typeof(ReplicaStateLine))]
internal sealed partial class ReplicaStateContext : JsonSerializerContext;
