using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using FlowLake.Ingest.Batches;
using FlowLake.Ingest.Inbox;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Inbox;
using FlowLake.Schemas.Tables;

namespace FlowLake.Ingest.Rounds;

/// <summary>Moves a page of the inbox into the tables, each row exactly once, however many others do the same and wherever one of them dies.</summary>
/// <remarks>
/// Why a row is in a table once: a commit carries its rows and, in the same put, how far it brings each stream; it is planned on a snapshot that names how
/// far the stream was; and it is dropped when another commit moved one of its streams first. Why none is missing: a file is deleted only when every table's
/// log has passed it, and passed means that its rows, or its copy in quarantine, are there; so are its side objects, which are read because the file names them and
/// deleted because it is passed, also where the file never came. The steps: 1. load the tables; 2. plan; 3. read the files and
/// write data files here; 4. copy bad files to quarantine; 5. table by table, upload and commit; 6. delete what all tables have passed. A death between or
/// within steps leaves at most data files no log names, and inbox files all tables have passed, which the next round deletes.
/// One round at a time.
/// </remarks>
/// <param name="store">The lake's store.</param>
/// <param name="logs">The tables, in the order they are fed.</param>
/// <param name="builder">Makes data files of inbox files.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="log">Gets one line a commit and a quarantined file.</param>
public sealed class Ingestor(IObjectStore store, ImmutableArray<TableLog> logs, IBatchBuilder builder, TimeProvider timeProvider, TextWriter log)
{
    /// <summary>Versions lost in a row before a round gives up; the next one plans anew.</summary>
    public const int RebasesMax = 32;

    private readonly Quarantine quarantine = new(store, timeProvider);
    private readonly TableSnapshot[] snapshots = [.. logs.Select(_ => TableSnapshot.Empty)];

    /// <summary>Runs one round.</summary>
    /// <param name="page">The part of the inbox to work on.</param>
    /// <param name="cancellationToken">Stops between steps and within the long ones; never while a commit is under way.</param>
    /// <returns>What was done, and how many files stand behind a gap.</returns>
    public async Task<(IngestTotals Totals, int Waiting)> RunAsync(InboxPage page, CancellationToken cancellationToken)
    {
        if (page.Objects.IsEmpty && page.Sides.IsEmpty)
            return (IngestTotals.None, 0);
        for (var table = 0; table < logs.Length; table++)
            snapshots[table] = await logs[table].LoadAsync(snapshots[table], cancellationToken);

        ImmutableArray<InboxKey> listed = [.. page.Objects.Select(listedObject => listedObject.Key)];
        var gaps = await GivenUpGaps.FindAsync(store, page.Objects, stream => snapshots.Min(snapshot => snapshot.CommittedSequence(stream.AppId)), timeProvider.GetUtcNow(), cancellationToken);
        var plan = RoundPlan.Make(listed, snapshots, gaps.MayFollow);
        var totals = IngestTotals.None;
        if (!plan.Files.IsEmpty)
            totals = await TakeAsync(page, plan, cancellationToken);

        if (!cancellationToken.IsCancellationRequested)
        {
            totals += await DeleteAsync(listed, page.Sides);
            totals += await GiveUpSidesAsync(page.Sides, cancellationToken);
        }

        return (totals, plan.Tables[0].Waiting);
    }

    private async Task<IngestTotals> TakeAsync(InboxPage page, RoundPlan plan, CancellationToken cancellationToken)
    {
        var totals = IngestTotals.None;
        try
        {
            var known = await quarantine.FindAsync(plan.Judged, cancellationToken);
            var wanted = plan.Files.Except(known).ToHashSet();
            using var batch = await builder.BuildAsync(
                [.. page.Objects.Where(listedObject => wanted.Contains(listedObject.Key))],
                page.Sides,
                [.. plan.Tables.Select((tablePlan, table) => new TableTake(Learned(table), [.. tablePlan.Take.Where(wanted.Contains)], Lost(logs[table].Table, tablePlan, page)))],
                cancellationToken);
            if (await ArePassedAsync(batch.Bad.Keys, cancellationToken))
                return IngestTotals.None with { Overtaken = 1 };
            totals = totals with { Quarantined = batch.Bad.Count };
            foreach (var (file, reason) in batch.Bad)
            {
                await quarantine.PutAsync(page.Objects.First(listedObject => listedObject.Key == file), reason, cancellationToken);
                await log.WriteLineAsync($"ingest: {file.Key} is bad and was copied to {Quarantine.KeyOf(file)}: {reason}");
            }

            for (var table = 0; table < logs.Length && totals.Overtaken == 0; table++)
            {
                if (!plan.Tables[table].Passed.IsEmpty)
                    totals += await FeedAsync(table, plan.Tables[table], batch.Staged[table], cancellationToken);
            }

            return totals;
        }
        catch (FileNotFoundException)
        {
            // Another ingest passed and deleted a file between our listing and our reading. Nothing of ours was committed with it.
            return IngestTotals.None with { Overtaken = 1 };
        }
        catch (OperationCanceledException) when (totals.Moved)
        {
            // Stopped between two tables: what is committed is done and is said.
            return totals;
        }
    }

    private TableDefinition Learned(int table) => DeltaSchema.Learned(logs[table].Table, snapshots[table].Metadata);

    private static ImmutableArray<LostFiles> Lost(TableDefinition table, InboxPlan plan, InboxPage page) => table != CoverageColumns.Table
        ? []
        : [.. plan.Gaps.Select(gap => new LostFiles(gap, page.Objects.First(next => next.Key == new InboxKey(gap.Stream, gap.Before)).PutAt))];

    /// <summary>
    /// Whether all tables have passed one of the files by now. Then another ingest may have deleted its side objects while we read, and their absence
    /// is no fault of the file: nobody deletes a side object before.
    /// </summary>
    private async Task<bool> ArePassedAsync(IEnumerable<InboxKey> bad, CancellationToken cancellationToken)
    {
        var files = bad.ToArray();
        if (files.Length == 0)
            return false;
        var now = await Task.WhenAll(logs.Select((table, index) => table.LoadAsync(snapshots[index], cancellationToken)));
        return InboxPlan.Deletable(files, Committed(now)).Any();
    }

    private static Func<string, long>[] Committed(IEnumerable<TableSnapshot> tables) => [.. tables.Select(snapshot => (Func<string, long>)snapshot.CommittedSequence)];

    private async Task<IngestTotals> FeedAsync(int table, InboxPlan plan, StagedRows staged, CancellationToken cancellationToken)
    {
        var started = timeProvider.GetTimestamp();
        var uploads = await DataFile.UploadAsync(store, staged.Table, staged.Files, dataChange: true, timeProvider.GetUtcNow(), cancellationToken);
        var planned = snapshots[table];
        ImmutableArray<LearnedColumn> brought = [.. staged.Table.LearnedColumns.Except(Learned(table).LearnedColumns)];
        var append = new TableAppend([.. uploads.Select(upload => upload.Add)], plan.Passed) { BringsColumns = !brought.IsEmpty };
        var conflicts = 0;
        while (true)
        {
            if (!DataFile.MayCommit(append.Adds, timeProvider.GetUtcNow()))
                return await DropAsync(table, uploads, conflicts);
            switch (await logs[table].TryCommitAsync(snapshots[table], "WRITE", append.Actions(timeProvider.GetUtcNow()), staged.Table, CancellationToken.None))
            {
                case CommitResult.Committed done:
                    snapshots[table] = done.Snapshot;
                    return await CommittedAsync(logs[table].Table.Name, done.Snapshot.Version, plan, staged.Files, brought, started) with
                    {
                        Conflicts = conflicts,
                        Files = table == 0 ? plan.Take.Length : 0,
                    };
                case CommitResult.Conflict:
                    conflicts++;
                    IngestMetrics.Conflict(logs[table].Table.Name);
                    snapshots[table] = await logs[table].LoadAsync(snapshots[table], CancellationToken.None);
                    if (!append.IsOvertaken(planned, snapshots[table]) && conflicts < RebasesMax)
                        break;
                    return await DropAsync(table, uploads, conflicts);
                default:
                    throw new UnreachableException();
            }
        }
    }

    // Every version the append was put for is another's, so no log will ever name its files.
    private async Task<IngestTotals> DropAsync(int table, ImmutableArray<(string Key, AddAction Add)> uploads, int conflicts)
    {
        await store.DeleteAsync([.. uploads.Select(upload => upload.Key)], CancellationToken.None);
        IngestMetrics.Dropped(logs[table].Table.Name, uploads.Length);
        return IngestTotals.None with { Conflicts = conflicts, Overtaken = 1 };
    }

    private async Task<IngestTotals> CommittedAsync(string table, long version, InboxPlan plan, ImmutableArray<DataFile> staged, ImmutableArray<LearnedColumn> brought, long started)
    {
        var (rows, bytes) = (staged.Sum(file => file.Rows), staged.Sum(file => file.Bytes));
        IngestMetrics.Committed(table, plan.Take.Length, rows, bytes);
        await log.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"ingest: {table} version {version}: {plan.Take.Length} inbox files of {plan.Passed.Count} streams, {rows} rows in {staged.Length} data files, {bytes} bytes; committed in {timeProvider.GetElapsedTime(started).TotalMilliseconds:F0} ms"));
        foreach (var column in brought)
        {
            IngestMetrics.Learned(table);
            await log.WriteLineAsync($"ingest: {table} has the column {column.Name} from version {version} on: a newer agent brought it");
        }

        foreach (var gap in table == CoverageColumns.Table.Name ? plan.Gaps : [])
        {
            IngestMetrics.GivenUp(gap.Missing);
            await log.WriteLineAsync($"ingest: {gap.Missing} files of {gap.Stream.AppId}, from {gap.After + 1} on, are missing and were waited for over {GivenUpGaps.WaitMax.TotalHours:F0} hours: given up, and said in {table}");
        }

        return IngestTotals.None with { Commits = 1, Rows = rows, Bytes = bytes };
    }

    private async Task<IngestTotals> DeleteAsync(ImmutableArray<InboxKey> listed, ImmutableArray<InboxSide> sides)
    {
        var passed = InboxPlan.Deletable([.. listed, .. sides.Select(listedSide => listedSide.Side.File)], Committed(snapshots)).ToHashSet();
        string[] keys = [.. listed.Where(passed.Contains).Select(file => file.Key), .. sides.Where(listedSide => passed.Contains(listedSide.Side.File)).Select(listedSide => listedSide.Side.Key)];
        if (keys.Length == 0)
            return IngestTotals.None;
        await store.DeleteAsync(keys, CancellationToken.None);
        IngestMetrics.Deleted(keys.Length);
        return IngestTotals.None with { Deleted = keys.Length };
    }

    private async Task<IngestTotals> GiveUpSidesAsync(ImmutableArray<InboxSide> sides, CancellationToken cancellationToken)
    {
        var reason = $"its file, which was to be put right after it, has not come for {GivenUpGaps.WaitMax.TotalHours:F0} hours";
        var moved = 0;
        await foreach (var abandoned in AbandonedSides.FindAsync(store, sides, file => InboxPlan.Deletable([file], Committed(snapshots)).Any(), timeProvider.GetUtcNow(), cancellationToken))
        {
            try
            {
                await quarantine.PutAsync(abandoned, reason, cancellationToken);
                await store.DeleteAsync([abandoned.Side.Key], CancellationToken.None);
                moved++;
                IngestMetrics.Abandoned(abandoned.Side.Table);
                await log.WriteLineAsync($"ingest: {abandoned.Side.Key} was moved to quarantine: {reason}");
            }
            catch (FileNotFoundException)
            {
                // Another ingest moved it first.
            }
        }

        return IngestTotals.None with { Deleted = moved };
    }
}
