using System.Collections.Immutable;
using System.Diagnostics;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Parquet;
using FlowLake.Lake.Rollups;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Rollups;

namespace FlowLake.Ingest.Maintenance;

/// <summary>Brings one rollup up to a version of flows. Any number may do so at once, and die anywhere in it.</summary>
/// <remarks>
/// A commit carries its sums and, in the same put, the version of flows they go up to; it is planned on a snapshot of the rollup that says where they begin, and
/// dropped when another commit moved that first. So each row is in the sums once.
/// </remarks>
/// <param name="store">The lake's store.</param>
/// <param name="rollup">The rollup.</param>
/// <param name="engine">Memory and room.</param>
/// <param name="timeProvider">The clock.</param>
public sealed class RollupBuilder(IObjectStore store, RollupDefinition rollup, MaintenanceEngine engine, TimeProvider timeProvider)
{
    /// <summary>Bytes of files of flows that one commit takes; what they come to in memory is the rollup's rows, not theirs.</summary>
    public const long BytesPerCommitMax = 1L << 30;

    private readonly TableLog log = new(store, rollup.Table, timeProvider);
    private TableSnapshot snapshot = TableSnapshot.Empty;

    /// <summary>The version of flows the rollup is known to cover; -1 while none.</summary>
    public long Mark => RollupPlan.Mark(snapshot);

    /// <summary>Reads how far the rollup is.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken) => snapshot = await log.LoadAsync(snapshot, cancellationToken);

    /// <summary>Adds up what flows has and the rollup does not, in as many commits as it takes, and moves <see cref="Mark"/>.</summary>
    /// <param name="flows">The table flows.</param>
    /// <param name="cancellationToken">Stops between steps and within the long ones; never while a commit is under way.</param>
    /// <returns>Files of flows whose rows were added, and their bytes.</returns>
    public async Task<(int Files, long Bytes)> RunAsync(TableSnapshot flows, CancellationToken cancellationToken)
    {
        var (files, bytes) = (0, 0L);
        await RefreshAsync(cancellationToken);
        while (RollupPlan.Plan(flows, Mark, BytesPerCommitMax) is { } plan)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!await AddAsync(plan, cancellationToken))
                continue;
            files += plan.Files.Length;
            bytes += plan.Files.Sum(add => add.Size);
        }

        return (files, bytes);
    }

    /// <summary>What <see cref="RunAsync"/> would add up.</summary>
    public async Task<(int Files, long Bytes)> PendingAsync(TableSnapshot flows, CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        AddAction[] tail = [.. RollupPlan.Tail(flows, Mark)];
        return (tail.Length, tail.Sum(add => add.Size));
    }

    // False where another was faster: the mark is newer now, and the next plan begins there. Or the process slept, and plans the same anew.
    private async Task<bool> AddAsync(RollupPlan plan, CancellationToken cancellationToken)
    {
        using var files = await TableFiles.FetchAsync(store, FlowColumns.Table, plan.Files, engine.WorkFolder, cancellationToken);
        var staged = await Task.Run(() => Write(files, cancellationToken), cancellationToken);
        var uploads = await DataFile.UploadAsync(store, rollup.Table, staged, dataChange: true, timeProvider.GetUtcNow(), cancellationToken);
        var append = new TableAppend([.. uploads.Select(upload => upload.Add)], ImmutableSortedDictionary<string, long>.Empty.Add(RollupPlan.AppId, plan.Through));
        var planned = snapshot;
        while (!append.IsOvertaken(planned, snapshot) && DataFile.MayCommit(append.Adds, timeProvider.GetUtcNow()))
        {
            switch (await log.TryCommitAsync(snapshot, "WRITE", append.Actions(timeProvider.GetUtcNow()), cancellationToken: CancellationToken.None))
            {
                case CommitResult.Committed done:
                    snapshot = done.Snapshot;
                    return true;
                case CommitResult.Conflict:
                    await RefreshAsync(CancellationToken.None);
                    break;
                default:
                    throw new UnreachableException();
            }
        }

        // Every version this append was put for is another's, so no log will ever name its files.
        await store.DeleteAsync([.. uploads.Select(upload => upload.Key)], CancellationToken.None);
        return false;
    }

    private ImmutableArray<DataFile> Write(TableFiles files, CancellationToken cancellationToken)
    {
        using var database = engine.Open(files.Folder);
        using var connection = database.Connect();
        var date = FlowColumns.Date.Name;
        connection.Execute($"CREATE TEMP TABLE sums AS {RollupSql.Select(rollup, $"({TableRows.Select(FlowColumns.Table, files.Paths)})")}", cancellationToken);
        var staged = ImmutableArray.CreateBuilder<DataFile>();
        foreach (var day in Days(connection, date))
        {
            var select = $"""
                SELECT {DuckSql.Identifiers(rollup.Table.DataColumns.Select(column => column.Name))}
                FROM ({RollupSql.WithTraffic(rollup, $"SELECT * FROM sums WHERE {date} = CAST({DuckSql.Literal(day)} AS DATE)")})
                ORDER BY {string.Join(", ", rollup.Table.SortOrder)}
                """;
            var written = ParquetWriter.Write(connection, new ParquetWrite { Select = select, Target = files.NewPath(staged.Count) }, cancellationToken).Single();
            staged.Add(DataFile.Of(rollup.Table, written, ImmutableSortedDictionary<string, string?>.Empty.Add(date, day)));
        }

        return staged.DrainToImmutable();
    }

    private static string[] Days(DuckConnection connection, string date)
    {
        using var result = connection.QueryMaterialized($"SELECT DISTINCT CAST({date} AS VARCHAR) FROM sums ORDER BY 1");
        return [.. result.Rows().Select(row => (string)row[0]!)];
    }
}
