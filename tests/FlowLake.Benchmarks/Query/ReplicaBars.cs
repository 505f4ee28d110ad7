using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using FlowLake.Benchmarks.Ingest;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.QueryApi.Relations;
using FlowLake.QueryApi.Sql;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;

namespace FlowLake.Benchmarks.Query;

/// <summary>How fast the copies of a lake in an S3 server come, against downloads and nothing else, and how soon a new start answers from those of 4,000 files.</summary>
internal static class ReplicaBars
{
    private const int Files = 4_000;
    private const int LargeFiles = 32;
    private const int LargeBytes = 16 << 20;
    private const int Parallelism = 8;

    public static IReadOnlyList<Bar> Measure()
    {
        string folder = Directory.CreateTempSubdirectory("flowlake-bench-").FullName;
        try
        {
            using var server = new S3Server();
            using var small = ObjectStores.Open(server.Lake.Replace("/lake?", "/small?", StringComparison.Ordinal));
            Fill(small, Path.Combine(folder, "made"));
            using var large = ObjectStores.Open(server.Lake.Replace("/lake?", "/large?", StringComparison.Ordinal));
            FillLarge(large);
            var (came, bare) = Fetch(small, folder, "small");
            var (cameLarge, bareLarge) = Fetch(large, folder, "large");
            var day = ManyFiles.FirstDay.AddDays(100).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var clock = Stopwatch.StartNew();
            using var catalog = Open(small, folder, "small");
            var opened = clock.Elapsed;
            Ask(catalog, $"SELECT count(*) FROM flows WHERE date = DATE '{day}'", ManyFiles.FilesOfDay * ManyFiles.RowsOfFile);
            var answered = clock.Elapsed;
            catalog.RefreshAsync().GetAwaiter().GetResult();
            var followed = clock.Elapsed;
            return
            [
                new Bar(Text($"copies of {Files:N0} small files"), "80 % of the baseline's rate", Text($"downloads alone, {Files / bare.TotalSeconds:N0} files/s"), Text($"{Files / came.TotalSeconds:N0} files/s"), came < bare / 0.8),
                new Bar(Text($"copies of {LargeFiles} files of {LargeBytes >> 20} MiB"), "80 % of the baseline's rate", Text($"downloads alone, {Rate(bareLarge)}"), Rate(cameLarge), cameLarge < bareLarge / 0.8),
                new Bar(Text($"a new start with copies of {Files:N0} files, to its first answer, without the store"), "under 5 s", "-", Text($"{answered.TotalMilliseconds:N0} ms ({opened.TotalMilliseconds:N0} ms to open); its log read after {followed.TotalMilliseconds:N0} ms"), answered < TimeSpan.FromSeconds(5)),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Half of the downloads come before the copies and half after, so that both meet the same machine.
    private static (TimeSpan Copies, TimeSpan Downloads) Fetch(IObjectStore store, string folder, string name)
    {
        string[] files = [.. new TableLog(store, FlowColumns.Table, TimeProvider.System).LoadAsync().GetAwaiter().GetResult().Files.Keys];
        var before = Download(store, files[..(files.Length / 2)], folder, name);
        TimeSpan copies;
        using (var catalog = Open(store, folder, name))
        {
            catalog.RefreshAsync().GetAwaiter().GetResult();
            var clock = Stopwatch.StartNew();
            while (catalog.FetchAheadAsync().GetAwaiter().GetResult())
                catalog.RefreshAsync().GetAwaiter().GetResult();
            copies = clock.Elapsed;
        }

        return (copies, before + Download(store, files[(files.Length / 2)..], folder, name));
    }

    private static TimeSpan Download(IObjectStore store, IEnumerable<string> files, string folder, string name)
    {
        var bare = Directory.CreateDirectory(Path.Combine(folder, "bare-" + name)).FullName;
        var clock = Stopwatch.StartNew();
        Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = Parallelism }, async (path, token) =>
            await store.DownloadAsync("flows/" + DeltaPath.Decode(path), Path.Combine(bare, Path.GetFileName(path)), cancellationToken: token)).GetAwaiter().GetResult();
        return clock.Elapsed;
    }

    private static void Fill(IObjectStore store, string folder)
    {
        using var made = ObjectStores.Open(folder);
        ManyFiles.Write(made, Files);
        var keys = made.ListAsync("").Select(stored => stored.Key).ToListAsync().AsTask().GetAwaiter().GetResult();
        Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = Parallelism }, async (key, token) => await store.UploadAsync(key, made.LocalPath(key)!, token)).GetAwaiter().GetResult();
    }

    // They are fetched and not read, so any bytes will do.
    private static void FillLarge(IObjectStore store)
    {
        var content = new byte[LargeBytes];
        new Random(1).NextBytes(content);
        var adds = Enumerable.Range(0, LargeFiles).Select(number =>
        {
            store.PutAsync($"flows/date=2026-01-01/{number}.parquet", content).GetAwaiter().GetResult();
            return new AddAction($"date=2026-01-01/{number}.parquet", ImmutableSortedDictionary<string, string?>.Empty.Add("date", "2026-01-01"), LargeBytes, 0, DataChange: true, null, null);
        }).ToArray();
        if (new TableLog(store, FlowColumns.Table, TimeProvider.System).TryCommitAsync(TableSnapshot.Empty, "WRITE", adds).GetAwaiter().GetResult() is not CommitResult.Committed)
            throw new InvalidOperationException("nobody else commits here");
    }

    private static FlowCatalog Open(IObjectStore store, string folder, string name) => FlowCatalog.Open(store, new CatalogOptions { CacheFolder = Path.Combine(folder, "cache-" + name) }, TimeProvider.System);

    private static void Ask(FlowCatalog catalog, string sql, long expected)
    {
        if (new SqlEngine(catalog).Run(new SqlQuery(sql), CancellationToken.None) is not SqlOutcome.Answer answer)
            throw new InvalidOperationException($"refused: {sql}");
        using var rows = answer.Rows;
        if (!rows.Read() || (long)rows.Result.GetValue(0, 0)! != expected)
            throw new InvalidOperationException($"another answer than {expected}: {sql}");
    }

    private static string Rate(TimeSpan time) => Text($"{(long)LargeFiles * LargeBytes / 1e6 / time.TotalSeconds:N0} MB/s");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
