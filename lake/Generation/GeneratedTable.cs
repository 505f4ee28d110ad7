using System.Collections.Immutable;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Parquet;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;

namespace FlowLake.Lake.Generation;

/// <summary>Puts generated rows straight into the table <c>flows</c>, by the files and commits ingest makes: for lakes too big to be ingested first.</summary>
/// <param name="store">The lake's store.</param>
/// <param name="workFolder">Where files are written before they are put.</param>
/// <param name="timeProvider">The clock.</param>
public sealed class GeneratedTable(IObjectStore store, string workFolder, TimeProvider timeProvider)
{
    /// <summary>Versions lost to other writers in a row before a commit is given up.</summary>
    public const int ConflictsMax = 32;

    private const string AppIdPrefix = "generate/";

    private readonly TableLog log = new(store, FlowColumns.Table, timeProvider);
    private readonly string appId = AppIdPrefix + Guid.CreateVersion7(timeProvider.GetUtcNow());
    private TableSnapshot snapshot = TableSnapshot.Empty;
    private long step;

    /// <summary>Commits rows as one version: one sorted file a day and zone. Returns the bytes they take.</summary>
    /// <exception cref="IOException">Other writers took <see cref="ConflictsMax"/> versions in a row. Nothing was committed.</exception>
    public async Task<long> CommitAsync(IReadOnlyCollection<FlowRecord> rows, CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(workFolder);
        ImmutableArray<DataFile> staged = [.. rows.GroupBy(row => (Date: DateOnly.FromDateTime(row.WindowStart.UtcDateTime), row.Zone)).Select(partition => Stage(partition.Key.Date, partition.Key.Zone, [.. partition]))];
        var uploads = await DataFile.UploadAsync(store, FlowColumns.Table, staged, dataChange: true, timeProvider.GetUtcNow(), cancellationToken);
        foreach (var file in staged)
            File.Delete(file.LocalPath);
        var append = new TableAppend([.. uploads.Select(upload => upload.Add)], ImmutableSortedDictionary<string, long>.Empty.Add(appId, ++step));
        for (var conflicts = 0; conflicts < ConflictsMax; conflicts++)
        {
            snapshot = await log.LoadAsync(snapshot, cancellationToken);
            if (await log.TryCommitAsync(snapshot, "WRITE", append.Actions(timeProvider.GetUtcNow()), cancellationToken: cancellationToken) is CommitResult.Committed committed)
            {
                snapshot = committed.Snapshot;
                return staged.Sum(file => file.Bytes);
            }
        }

        await store.DeleteAsync([.. uploads.Select(upload => upload.Key)], CancellationToken.None);
        throw new IOException($"{store.Location}: other writers took {ConflictsMax} versions of {FlowColumns.Table.Name} in a row; generate into a lake nobody else writes to, or try again later");
    }

    private DataFile Stage(DateOnly date, string? zone, IReadOnlyCollection<FlowRecord> rows)
    {
        var path = Path.Combine(workFolder, $"{Guid.NewGuid():N}.parquet");
        var written = RecordFile.Write(path, [.. FlowColumns.Table.DataColumns], rows, FlowColumns.Table.SortOrder, ImmutableDictionary<string, string>.Empty);
        return DataFile.Of(FlowColumns.Table, written, ImmutableSortedDictionary<string, string?>.Empty.Add("date", $"{date:yyyy-MM-dd}").Add("zone", zone));
    }
}
