using System.Collections.Immutable;

namespace FlowLake.Schemas.DeltaLog;

/// <summary>What a snapshot holds, counted. Pure.</summary>
/// <param name="Version">The version.</param>
/// <param name="Files">Data files.</param>
/// <param name="Bytes">Bytes of them.</param>
/// <param name="SmallFiles">Those below <see cref="SmallFileBytes"/>.</param>
/// <param name="FilesWithoutRowCount">Those whose statistics do not say how many rows they have; FlowLake writes none.</param>
/// <param name="Rows">Rows of all other files.</param>
/// <param name="Partitions">Different partitions.</param>
/// <param name="Tombstones">Removed files the log still names.</param>
/// <param name="Streams">How far each application has come, by its id.</param>
public sealed record TableContents(
    long Version, int Files, long Bytes, int SmallFiles, int FilesWithoutRowCount, long Rows, int Partitions, int Tombstones, ImmutableArray<TransactionAction> Streams)
{
    /// <summary>A file below this is small: a reader spends more on opening it than on its rows.</summary>
    public const long SmallFileBytes = 16L << 20;

    public static TableContents Of(TableSnapshot snapshot)
    {
        var (rows, unknown) = (0L, 0);
        foreach (var add in snapshot.Files.Values)
        {
            if (FileStatistics.RowCount(add.Stats) is { } count)
                rows += count;
            else
                unknown++;
        }

        return new TableContents(
            snapshot.Version,
            snapshot.Files.Count,
            snapshot.Files.Values.Sum(add => add.Size),
            snapshot.Files.Values.Count(add => add.Size < SmallFileBytes),
            unknown,
            rows,
            snapshot.Files.Values.Select(add => string.Join('/', add.PartitionValues.Select(value => DeltaPath.PartitionFolder(value.Key, value.Value)))).Distinct().Count(),
            snapshot.Tombstones.Count,
            [.. snapshot.Transactions.Values]);
    }
}
