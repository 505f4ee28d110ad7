using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Tables;

namespace FlowLake.Benchmarks.Ingest;

/// <summary>The log: what a commit costs in a table of many files, and how long a snapshot takes from a checkpoint.</summary>
internal static class TableBars
{
    private const int FilesBefore = 10_000;
    private const int Commits = 100;
    private const int FilesOfSnapshot = 50_000;
    private const int Loads = 7;

    public static IReadOnlyList<Bar> Measure()
    {
        string folder = Directory.CreateTempSubdirectory("flowlake-bench-").FullName;
        try
        {
            using var server = new S3Server();
            return
            [
                CommitBar("directory", Path.Combine(folder, "lake"), aimMs: 50),
                CommitBar("S3 server", server.Lake, aimMs: 150),
                LoadBar(Path.Combine(folder, "large")),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Bar CommitBar(string name, string lake, double aimMs)
    {
        using var store = ObjectStores.Open(lake);
        var log = new TableLog(store, FlowColumns.Table, TimeProvider.System);
        var snapshot = Commit(log, TableSnapshot.Empty, Files(0, FilesBefore));
        var (ours, bare) = (new List<double>(), new List<double>());
        for (int commit = 0; commit < Commits; commit++)
        {
            DeltaAction[] actions = [.. Files(FilesBefore + commit, 1), new TransactionAction($"node-{commit}/stream", 1, 0)];
            byte[] content = DeltaJson.Write(actions);
            // As a round of ingest does: look what is new, then commit.
            ours.Add(Milliseconds(() =>
            {
                snapshot = log.LoadAsync(snapshot).GetAwaiter().GetResult();
                snapshot = Commit(log, snapshot, actions);
            }));
            bare.Add(Milliseconds(() => store.PutIfAbsentAsync($"bare/{commit:D4}", content).GetAwaiter().GetResult()));
        }

        if (snapshot.Files.Count != FilesBefore + Commits)
            throw new InvalidOperationException($"the table has {snapshot.Files.Count} files where {FilesBefore + Commits} were committed");
        return new Bar(
            Text($"refresh and commit on the {name}, {FilesBefore:N0} files in the table"),
            Text($"under {aimMs:0} ms, median of {Commits}"),
            Text($"a bare put-if-absent of the same bytes, {Median(bare):0.0} ms"),
            Text($"{Median(ours):0.0} ms (9 of 10 under {ours.Order().ElementAt(Commits * 9 / 10):0.0} ms)"),
            Median(ours) < aimMs);
    }

    private static Bar LoadBar(string lake)
    {
        using var store = ObjectStores.Open(lake);
        var log = new TableLog(store, FlowColumns.Table, TimeProvider.System);
        var snapshot = Commit(log, TableSnapshot.Empty, Files(0, FilesOfSnapshot));
        long bytes = log.WriteCheckpointAsync(snapshot).GetAwaiter().GetResult();
        string checkpoint = store.LocalPath($"{log.Folder}{DeltaPath.LogFolder}{DeltaPath.CheckpointFile(snapshot.Version)}")!;
        var (ours, engine) = (new List<double>(), new List<double>());
        for (int load = 0; load < Loads; load++)
        {
            ours.Add(Milliseconds(() =>
            {
                var loaded = log.LoadAsync().GetAwaiter().GetResult();
                if (loaded.Files.Count != FilesOfSnapshot)
                    throw new InvalidOperationException($"the snapshot has {loaded.Files.Count} files");
            }));
            engine.Add(Milliseconds(() =>
            {
                using var database = DuckDatabase.Open();
                using var connection = database.Connect();
                connection.Execute($"SELECT bit_xor(hash(\"add\")) FROM read_parquet({DuckSql.Literal(checkpoint)})");
            }));
        }

        return new Bar(
            Text($"snapshot of {FilesOfSnapshot:N0} files from a checkpoint of {bytes / 1e6:0.0} MB"),
            "under 1 s",
            Text($"DuckDB reading every value of it, {Median(engine):0} ms"),
            Text($"{Median(ours):0} ms (median of {Loads}, {ours.Min():0} to {ours.Max():0})"),
            Median(ours) < 1_000);
    }

    private static TableSnapshot Commit(TableLog log, TableSnapshot basis, IEnumerable<DeltaAction> actions) =>
        log.TryCommitAsync(basis, "WRITE", actions).GetAwaiter().GetResult() is CommitResult.Committed done ? done.Snapshot : throw new InvalidOperationException("nobody else commits here");

    // Files as ingest adds them: two partition columns, a tag, and bounds of the first columns.
    private static IEnumerable<AddAction> Files(int first, int count) => Enumerable.Range(first, count).Select(number =>
    {
        string date = new DateOnly(2026, 9, 1).AddDays(number % 90).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string zone = "eu-west-1" + (char)('a' + (number % 3));
        return new AddAction(
            DeltaPath.Encode($"{DeltaPath.PartitionFolder("date", date)}/{DeltaPath.PartitionFolder("zone", zone)}/{Guid.CreateVersion7():D}.parquet"),
            ImmutableSortedDictionary<string, string?>.Empty.Add("date", date).Add("zone", zone),
            1_000_000 + number,
            number,
            DataChange: true,
            FileStatistics.ToJson(FlowColumns.Table, 100_000 + number, Statistics(number)),
            ImmutableSortedDictionary<string, string>.Empty.Add(DeltaSchema.GenerationTag, "1"));
    });

    private static Dictionary<string, ColumnStatistics> Statistics(int number) => FlowColumns.Table.DataColumns.Take(TableDefinition.IndexedColumns).ToDictionary(column => column.Name, column => column.Type switch
    {
        ColumnType.Timestamp => new ColumnStatistics(Text($"2026-11-21 04:{number % 60:D2}:00+00"), Text($"2026-11-21 05:{number % 60:D2}:00+00"), 0),
        ColumnType.String => new ColumnStatistics($"{column.Name}-{number % 1_000}", $"{column.Name}-{number % 1_000}-with-a-longer-name", 0),
        _ => new ColumnStatistics("0", Text($"{number % 60_000}"), 0),
    });

    private static double Milliseconds(Action deed)
    {
        long begin = Stopwatch.GetTimestamp();
        deed();
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
