using System.Diagnostics;
using System.Globalization;
using FlowLake.Lake.Objects;
using FlowLake.QueryApi.Relations;
using FlowLake.QueryApi.Sql;

namespace FlowLake.Benchmarks.Query;

/// <summary>What a question costs before its first row is read, in a table of many files.</summary>
internal static class BindBars
{
    private const int Files = 4_000;
    private const int Pairs = 7;

    public static IReadOnlyList<Bar> Measure()
    {
        string folder = Directory.CreateTempSubdirectory("flowlake-bench-").FullName;
        try
        {
            using var store = ObjectStores.Open(Path.Combine(folder, "lake"));
            ManyFiles.Write(store, Files);
            using var catalog = FlowCatalog.Open(store, new CatalogOptions { CacheFolder = Path.Combine(folder, "cache") }, TimeProvider.System);
            var taken = Milliseconds(() => catalog.RefreshAsync().GetAwaiter().GetResult());
            var engine = new SqlEngine(catalog);
            // The answer is checked, and the first run opens what the engine keeps.
            Ask(engine, "SELECT count(*) FROM flows", Files * ManyFiles.RowsOfFile);
            var day = ManyFiles.FirstDay.AddDays(100).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            return
            [
                new Bar(Text($"a snapshot of {Files:N0} files, from its log to being asked"), "under 500 ms", "-", Text($"{taken:0} ms"), taken < 500),
                Of("bind a question of one day (date)", $"SELECT count(*) FROM flows WHERE date = DATE '{day}' LIMIT 0", null),
                Of("bind a question of six hours (window_start)", $"SELECT count(*) FROM flows WHERE window_start BETWEEN '{day} 06:00' AND '{day} 11:59' LIMIT 0", null),
                Of("answer a question of one day (date)", $"SELECT count(*) FROM flows WHERE date = DATE '{day}'", ManyFiles.FilesOfDay * ManyFiles.RowsOfFile),
                Of("answer a question of six hours (window_start)", $"SELECT count(*) FROM flows WHERE window_start BETWEEN '{day} 06:00' AND '{day} 11:59'", ManyFiles.FilesOfDay / 4 * ManyFiles.RowsOfFile),
            ];

            Bar Of(string what, string sql, long? expected)
            {
                var (ours, whole) = (new List<double>(), new List<double>());
                for (var pair = 0; pair < Pairs; pair++)
                {
                    whole.Add(Milliseconds(() => Ask(engine, expected is null ? "SELECT count(*) FROM flows LIMIT 0" : "SELECT count(*) FROM flows", expected is null ? null : Files * ManyFiles.RowsOfFile)));
                    ours.Add(Milliseconds(() => Ask(engine, sql, expected)));
                }

                var (measured, baseline) = (Median(ours), Median(whole));
                return new Bar(Text($"{what}, {Files:N0} files in the table"), "a tenth of the baseline", Text($"the same of the whole table, {baseline:0.0} ms"), Text($"{measured:0.0} ms (median of {Pairs} pairs)"), measured < baseline / 10);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Ask(SqlEngine engine, string sql, long? expected)
    {
        if (engine.Run(new SqlQuery(sql), CancellationToken.None) is not SqlOutcome.Answer answer)
            throw new InvalidOperationException($"refused: {sql}");
        using var rows = answer.Rows;
        long? count = rows.Read() ? (long)rows.Result.GetValue(0, 0)! : null;
        if (count != expected)
            throw new InvalidOperationException($"{count} where {expected} is right: {sql}");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double Milliseconds(Action deed)
    {
        long begin = Stopwatch.GetTimestamp();
        deed();
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
