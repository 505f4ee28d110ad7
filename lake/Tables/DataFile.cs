using System.Collections.Immutable;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Parquet;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Tables;

namespace FlowLake.Lake.Tables;

/// <summary>A data file written on this machine, not yet in the store.</summary>
/// <param name="LocalPath">Where it is.</param>
/// <param name="PartitionValues">Value by partition column; null is the null partition.</param>
/// <param name="Rows">Rows in it, at least 1.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Statistics">Its statistics as the log carries them.</param>
public sealed record DataFile(string LocalPath, ImmutableSortedDictionary<string, string?> PartitionValues, long Rows, long Bytes, string Statistics)
{
    /// <summary>
    /// How long after their upload began files may still be committed. A process that slept longer drops them and plans anew, for vacuum takes files no log
    /// names for a dead writer's once they are hours old.
    /// </summary>
    public static readonly TimeSpan CommitWithin = TimeSpan.FromHours(1);

    private const int UploadsAtOnce = 4;

    /// <summary>The file as its writer described it.</summary>
    public static DataFile Of(TableDefinition table, ParquetFile written, ImmutableSortedDictionary<string, string?> partitionValues)
    {
        var statistics = table.DataColumns.Select(column => (column.Name, Statistics: written.Column(column.Name)))
            .Where(column => column.Statistics is not null)
            .ToDictionary(column => column.Name, column => new ColumnStatistics(column.Statistics!.Min, column.Statistics.Max, column.Statistics.NullCount));
        return new DataFile(written.Path, partitionValues, written.RowCount, written.Bytes, FileStatistics.ToJson(table, written.RowCount, statistics));
    }

    /// <summary>Puts files under new names into the store. They belong to the table once their adds are committed.</summary>
    /// <param name="store">The lake's store.</param>
    /// <param name="table">The table.</param>
    /// <param name="staged">The files.</param>
    /// <param name="dataChange">False where they hold rows the table already has.</param>
    /// <param name="now">The time their names begin with, and from which <see cref="MayCommit"/> counts.</param>
    /// <param name="cancellationToken">Stops it; what was put by then is in no log.</param>
    /// <returns>The key and the add of each.</returns>
    public static async Task<ImmutableArray<(string Key, AddAction Add)>> UploadAsync(
        IObjectStore store, TableDefinition table, ImmutableArray<DataFile> staged, bool dataChange, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ImmutableArray<(string Key, AddAction Add, DataFile File)> uploads = [.. staged.Select(file =>
        {
            var path = string.Concat(table.PartitionColumns.Select(column => DeltaPath.PartitionFolder(column, file.PartitionValues[column]) + "/")) + $"{Guid.CreateVersion7(now):D}.parquet";
            var tags = ImmutableSortedDictionary<string, string>.Empty.Add(DeltaSchema.GenerationTag, table.FileGeneration);
            return ($"{table.Name}/{path}", new AddAction(DeltaPath.Encode(path), file.PartitionValues, file.Bytes, now.ToUnixTimeMilliseconds(), dataChange, file.Statistics, tags), file);
        })];
        foreach (var some in uploads.Chunk(UploadsAtOnce))
            await Task.WhenAll(some.Select(upload => store.UploadAsync(upload.Key, upload.File.LocalPath, cancellationToken)));
        return [.. uploads.Select(upload => (upload.Key, upload.Add))];
    }

    /// <summary>Whether files that were put may still be committed. Told by the wall clock: the one that nobody sets stands still while a machine sleeps.</summary>
    /// <param name="adds">The files.</param>
    /// <param name="now">The time.</param>
    public static bool MayCommit(ImmutableArray<AddAction> adds, DateTimeOffset now) =>
        adds.All(add => now - DateTimeOffset.FromUnixTimeMilliseconds(add.ModificationTime) <= CommitWithin);
}
