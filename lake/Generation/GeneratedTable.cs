using System.Collections.Immutable;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Parquet;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Tables;

namespace FlowLake.Lake.Generation;

/// <summary>Puts generated rows straight into a table, by the files and commits ingest makes: for lakes too big to be ingested first.</summary>
/// <param name="store">The lake's store.</param>
/// <param name="table">The table.</param>
/// <param name="placeOf">When a row's window started, and its zone.</param>
/// <param name="workFolder">Where files are written before they are put.</param>
/// <param name="timeProvider">The clock.</param>
public sealed class GeneratedTable<TRecord>(IObjectStore store, TableDefinition table, Func<TRecord, (DateTimeOffset WindowStart, string? Zone)> placeOf, string workFolder, TimeProvider timeProvider)
{
    /// <summary>Rows of one commit of <see cref="AddAsync"/>: with three zones, files of the size that the writer of records is made for.</summary>
    public const int CommitRows = 60_000;

    /// <summary>Versions lost to other writers in a row before a commit is given up.</summary>
    public const int ConflictsMax = 32;

    private const string AppIdPrefix = "generate/";

    private readonly TableLog log = new(store, table, timeProvider);
    private readonly string appId = AppIdPrefix + Guid.CreateVersion7(timeProvider.GetUtcNow());
    private List<TRecord> pending = [];
    private Task committing = Task.CompletedTask;
    private TableSnapshot snapshot = TableSnapshot.Empty;
    private long step;

    /// <summary>Versions committed.</summary>
    public long Commits => step;

    /// <summary>Keeps a row for the next commit, which comes with the <see cref="CommitRows"/>th and goes on while further rows are made.</summary>
    /// <exception cref="IOException">As <see cref="CommitAsync"/>, of this commit or the one before.</exception>
    public async ValueTask AddAsync(TRecord row, CancellationToken cancellationToken = default)
    {
        pending.Add(row);
        if (pending.Count < CommitRows)
            return;
        await committing;
        var rows = pending;
        committing = Task.Run(() => CommitAsync(rows, cancellationToken), cancellationToken);
        pending = [];
    }

    /// <summary>Commits the rows that are kept, if there are any.</summary>
    /// <exception cref="IOException">As <see cref="AddAsync"/>.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        await committing;
        if (pending.Count > 0)
            await CommitAsync(pending, cancellationToken);
        pending = [];
    }

    /// <summary>Commits rows as one version: one sorted file a partition.</summary>
    /// <exception cref="IOException">Other writers took <see cref="ConflictsMax"/> versions in a row. Nothing was committed.</exception>
    public async Task CommitAsync(IReadOnlyCollection<TRecord> rows, CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(workFolder);
        ImmutableArray<DataFile> staged = [.. rows.GroupBy(PartitionOf).Select(partition => Stage(partition.Key.Date, partition.Key.Zone, [.. partition]))];
        var uploads = await DataFile.UploadAsync(store, table, staged, dataChange: true, timeProvider.GetUtcNow(), cancellationToken);
        foreach (var file in staged)
            File.Delete(file.LocalPath);
        var append = new TableAppend([.. uploads.Select(upload => upload.Add)], ImmutableSortedDictionary<string, long>.Empty.Add(appId, ++step));
        for (var conflicts = 0; conflicts < ConflictsMax; conflicts++)
        {
            snapshot = await log.LoadAsync(snapshot, cancellationToken);
            if (await log.TryCommitAsync(snapshot, "WRITE", append.Actions(timeProvider.GetUtcNow()), cancellationToken: cancellationToken) is CommitResult.Committed committed)
            {
                snapshot = committed.Snapshot;
                return;
            }
        }

        await store.DeleteAsync([.. uploads.Select(upload => upload.Key)], CancellationToken.None);
        throw new IOException($"{store.Location}: other writers took {ConflictsMax} versions of {table.Name} in a row; generate into a lake nobody else writes to, or try again later");
    }

    private (DateOnly Date, string? Zone) PartitionOf(TRecord row)
    {
        var place = placeOf(row);
        return (DateOnly.FromDateTime(place.WindowStart.UtcDateTime), table.PartitionColumns.Contains("zone") ? place.Zone : null);
    }

    private DataFile Stage(DateOnly date, string? zone, IReadOnlyCollection<TRecord> rows)
    {
        var path = Path.Combine(workFolder, $"{Guid.NewGuid():N}.parquet");
        var written = RecordFile.Write(path, [.. table.DataColumns], rows, table.SortOrder, ImmutableDictionary<string, string>.Empty);
        var values = ImmutableSortedDictionary<string, string?>.Empty.Add("date", $"{date:yyyy-MM-dd}");
        return DataFile.Of(table, written, table.PartitionColumns.Contains("zone") ? values.Add("zone", zone) : values);
    }
}
