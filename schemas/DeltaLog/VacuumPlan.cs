using System.Collections.Immutable;

namespace FlowLake.Schemas.DeltaLog;

/// <summary>An object of a table's folder.</summary>
/// <param name="Path">Relative to the table's folder, as the key has it: not encoded as in the log.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="LastModified">When it was put, by the store's clock.</param>
public sealed record TableObject(string Path, long Bytes, DateTimeOffset LastModified);

/// <summary>The objects no reader needs any more. Pure.</summary>
/// <param name="Unneeded">What may be deleted.</param>
public sealed record VacuumPlan(ImmutableArray<TableObject> Unneeded)
{
    /// <summary>
    /// Plans a vacuum. Kept are: files of the snapshot; removed files within the tombstones' retention, which readers of older versions may open; and everything
    /// younger than the safe age, for a file is put before the commit that names it. Only folders of partitions are looked at; all else is the log's or another program's.
    /// </summary>
    /// <param name="objects">All objects of the table's folder, listed before the snapshot was loaded: what was listed and committed meanwhile is then in the snapshot.</param>
    /// <param name="snapshot">The newest version.</param>
    /// <param name="now">The time that counts.</param>
    /// <param name="safeAge">How old an object must be that no log names.</param>
    public static VacuumPlan Make(IEnumerable<TableObject> objects, TableSnapshot snapshot, DateTimeOffset now, TimeSpan safeAge)
    {
        var kept = snapshot.Files.Keys.Select(DeltaPath.Decode).ToHashSet(StringComparer.Ordinal);
        var retained = (now - TableProperties.TombstoneRetention(snapshot.Metadata!)).ToUnixTimeMilliseconds();
        kept.UnionWith(snapshot.Tombstones.Values.Where(remove => remove.DeletionTimestamp >= retained).Select(remove => DeltaPath.Decode(remove.Path)));
        var folder = snapshot.Metadata!.PartitionColumns is [var first, ..] ? $"{first}=" : "";
        return new VacuumPlan([.. objects.Where(found => found.Path.StartsWith(folder, StringComparison.Ordinal) && !found.Path.StartsWith('_') && found.LastModified <= now - safeAge && !kept.Contains(found.Path))]);
    }
}
