using System.Diagnostics;
using System.Globalization;
using FlowLake.Ingest;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Parquet;
using FlowLake.Schemas.Flows;

namespace FlowLake.Benchmarks.Ingest;

/// <summary>Ingest against DuckDB's own COPY of the same files into the same partitions and order, in interleaved pairs; and, where more rows are asked for, of all these.</summary>
internal static class IngestBars
{
    private const int Pairs = 3;
    private const int Files = 1_000;
    private const int QuickFiles = 200;
    private const int RowsPerFile = 5_000;
    private const double LeastShare = 0.75;
    private const long ResidentBytesMost = 1_500L << 20;

    public static IReadOnlyList<Bar> Measure(bool quick)
    {
        int files = quick ? QuickFiles : Files;
        string folder = Directory.CreateTempSubdirectory("flowlake-bench-").FullName;
        try
        {
            string inbox = Path.Combine(folder, "made", "inbox");
            InboxGenerator.WriteAsync(Path.Combine(folder, "made"), files, files, RowsPerFile).GetAwaiter().GetResult();
            var shares = new List<double>();
            var rates = new List<double>();
            var baselineRates = new List<double>();
            long resident = 0;
            for (int pair = 0; pair < Pairs; pair++)
            {
                double ours = Rate(files, () => RunIngest(inbox, Path.Combine(folder, $"lake-{pair}"), files));
                resident = Math.Max(resident, PeakMemory.Read());
                double theirs = Rate(files, () => RunCopy(inbox, Path.Combine(folder, $"copy-{pair}"), files));
                rates.Add(ours);
                baselineRates.Add(theirs);
                shares.Add(ours / theirs);
            }

            return
            [
                new Bar(
                    Text($"ingest of {files:N0} inbox files of {RowsPerFile:N0} rows, validation and commit included"),
                    Text($"at least {LeastShare:P0} of the baseline's rows a second"),
                    Text($"DuckDB's COPY with PARTITION_BY, {Median(baselineRates) / 1e3:N0} k rows/s"),
                    Text($"{Median(rates) / 1e3:N0} k rows/s, {Median(shares):P0} (median of {Pairs} pairs, {shares.Min():P0} to {shares.Max():P0})"),
                    Median(shares) >= LeastShare),
                new Bar("memory of that ingest", Text($"resident under {ResidentBytesMost >> 20:N0} MiB"), Text($"files of {new DirectoryInfo(inbox).EnumerateFiles("*.parquet", SearchOption.AllDirectories).Sum(file => file.Length) >> 20:N0} MiB"), Text($"resident at most {resident >> 20:N0} MiB"), resident < ResidentBytesMost),
                .. BenchmarkSettings.Rows is [var rows, ..] && rows > (long)files * RowsPerFile ? [OfAll(folder, (int)(rows / RowsPerFile), Median(rates))] : Array.Empty<Bar>(),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Rate(int files, Func<double> seconds) => (double)files * RowsPerFile / seconds();

    private static Bar OfAll(string folder, int files, double rateOfFew)
    {
        string lake = Path.Combine(folder, "lake-all");
        long begin = Stopwatch.GetTimestamp();
        InboxGenerator.WriteAsync(lake, Files, files, RowsPerFile).GetAwaiter().GetResult();
        Console.WriteLine(Text($"  {files:N0} inbox files made in {Stopwatch.GetElapsedTime(begin).TotalSeconds:N0} s"));
        double rate = Rate(files, () => Ingest(lake, files));
        long resident = PeakMemory.Read();
        return new Bar(
            Text($"ingest of {(long)files * RowsPerFile:N0} rows in {files:N0} inbox files"),
            Text($"resident under {ResidentBytesMost >> 20:N0} MiB"),
            Text($"the {Files:N0} files before, {rateOfFew / 1e3:N0} k rows/s"),
            Text($"{rate / 1e3:N0} k rows/s, resident at most {resident >> 20:N0} MiB"),
            resident < ResidentBytesMost);
    }

    private static double RunIngest(string inbox, string lake, int files)
    {
        // The copy into the inbox is an agent's work, not ingest's.
        foreach (string file in Directory.EnumerateFiles(inbox, "*.parquet", SearchOption.AllDirectories))
        {
            string target = Path.Combine(lake, "inbox", Path.GetRelativePath(inbox, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return Ingest(lake, files);
    }

    private static double Ingest(string lake, int files)
    {
        PeakMemory.Forget();
        long begin = Stopwatch.GetTimestamp();
        var totals = IngestService.RunAsync(new IngestOptions { Lake = lake, WorkFolder = lake + "-work", Log = TextWriter.Null }, follow: false).GetAwaiter().GetResult();
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        if (totals.Files != files || totals.Quarantined != 0)
            throw new InvalidOperationException($"ingest took {totals.Files} of {files} files and quarantined {totals.Quarantined}");
        return seconds;
    }

    private static double RunCopy(string inbox, string target, int files)
    {
        Directory.CreateDirectory(target);
        long begin = Stopwatch.GetTimestamp();
        using (var database = DuckDatabase.Open(new DuckOptions { MemoryLimitBytes = new IngestOptions { Lake = "" }.MemoryLimitBytes, TempDirectory = target + "-spill" }))
        using (var connection = database.Connect())
        {
            var written = ParquetWriter.Write(connection, new ParquetWrite
            {
                Select = $"""
                    SELECT *, CAST(window_start AS DATE) AS date
                    FROM read_parquet({DuckSql.Literal(Path.Combine(inbox, "*", "*", "*.parquet"))}, hive_partitioning = false)
                    ORDER BY {string.Join(", ", FlowColumns.Table.SortOrder)}
                    """,
                Target = target,
                PartitionBy = FlowColumns.Table.PartitionColumns,
                FileNamePattern = "c_{uuidv7}",
            });
            if (written.Sum(file => file.RowCount) != (long)files * RowsPerFile)
                throw new InvalidOperationException("the baseline did not copy every row");
        }

        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
