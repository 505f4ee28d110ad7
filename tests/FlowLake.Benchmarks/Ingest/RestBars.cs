using System.Diagnostics;
using System.Globalization;
using System.Text;
using FlowLake.Ingest.Maintenance;
using FlowLake.Lake.Generation;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Rollups;

namespace FlowLake.Benchmarks.Ingest;

/// <summary>A generated lake is rolled up and compacted: how fast, in how much memory, and how many bytes a row then takes.</summary>
internal static class RestBars
{
    // What 100 nodes write in a whole day, so that the figures depend on no hour of it.
    private const long DefaultRows = 27_800_000;
    private const long QuickRows = 1_000_000;
    private const long SampleRows = 500_000;
    private const int Nodes = 100;
    private const double NameBytesMost = 1;
    private const double RowBytesMost = 15;
    private const long ResidentBytesMost = 1_500L << 20;

    public static IReadOnlyList<Bar> Measure(bool quick) => MeasureAsync(BenchmarkSettings.Rows is [var rows, ..] ? rows : quick ? QuickRows : DefaultRows).GetAwaiter().GetResult();

    private static async Task<IReadOnlyList<Bar>> MeasureAsync(long rows)
    {
        var folder = Directory.CreateTempSubdirectory("flowlake-bench-").FullName;
        try
        {
            var lake = Path.Combine(folder, "lake");
            var begin = Stopwatch.GetTimestamp();
            var made = await GeneratedLake.MakeAsync(new GenerateOptions { Lake = lake, Nodes = Nodes, Rows = rows, Direct = true, Seed = 4, WorkFolder = Path.Combine(folder, "made") }, new Midnight());
            Console.WriteLine(Text($"  {made.Rows:N0} rows made in {Stopwatch.GetElapsedTime(begin).TotalSeconds:N0} s; entropy of their counters {made.EntropyBits.Values.Sum() / 8:N1} bytes a row"));
            using var store = ObjectStores.Open(lake);
            var engine = new MaintenanceEngine { WorkFolder = Path.Combine(folder, "work") };
            var target = new MaintenanceTarget(store, new TableLog(store, FlowColumns.Table, TimeProvider.System), TimeProvider.System, DryRun: false);
            await target.RefreshAsync(default);
            var bytesBefore = target.Snapshot.Files.Values.Sum(add => add.Size);
            var filesBefore = target.Snapshot.Files.Count;

            var rollup = await TimedAsync(async () =>
            {
                foreach (var definition in RollupTables.All)
                    await new RollupBuilder(store, definition, engine, TimeProvider.System).RunAsync(target.Snapshot, default);
            });
            Console.WriteLine(Text($"  both rollups in {rollup.Seconds:N0} s, resident at most {rollup.Resident >> 20:N0} MiB"));
            var compaction = await TimedAsync(() => CompactAsync(store, engine, target));
            Console.WriteLine(Text($"  compacted in {compaction.Seconds:N0} s, resident at most {compaction.Resident >> 20:N0} MiB"));
            var rest = BytesAtRest.Of([.. target.Snapshot.Files.Values.Select(add => store.LocalPath($"{FlowColumns.Table.Name}/{DeltaPath.Decode(add.Path)}")!)], SampleRows);
            return
            [
                Throughput("both rollups brought up", made.Rows, rollup, Text($"{bytesBefore >> 20:N0} MiB in {filesBefore} files")),
                Throughput("compaction", made.Rows, compaction, Text($"{filesBefore} files to {target.Snapshot.Files.Count}")),
                new Bar(
                    "bytes at rest of names, addresses and all that is neither counter nor time, a row", Text($"less than {NameBytesMost}"), "their text in JSON, " + Text($"{rest.JsonBytes:N0} bytes for the whole row"),
                    Text($"{rest.NameBytes:N2} bytes"), rest.NameBytes < NameBytesMost),
                new Bar(
                    Text($"bytes at rest of all columns, a row ({made.Rows:N0} rows)"), Text($"less than {RowBytesMost}"),
                    Text($"in arrival order {rest.ArrivalBytes:N1} bytes; entropy of the counters, each by itself, {made.EntropyBits.Values.Sum() / 8:N1}"),
                    Text($"{rest.RowBytes:N2} bytes"), rest.RowBytes < RowBytesMost)
                {
                    Details = Columns(rest, made),
                },
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Two days on, when every day of the lake is settled, and as often as there is something to do, as maintenance is.
    private static async Task CompactAsync(IObjectStore store, MaintenanceEngine engine, MaintenanceTarget target)
    {
        var compactor = new Compactor(store, engine, TimeProvider.System);
        while (CompactionPlan.Plan(target.Snapshot, target.Snapshot.Version, TimeProvider.System.GetUtcNow().AddDays(2), CompactionAim.Rows) is { IsEmpty: false } groups)
        {
            foreach (var group in groups)
            {
                var (_, add) = await compactor.StageAsync(FlowColumns.Table, group, default);
                if (!await target.TryCommitAsync("OPTIMIZE", new TableRewrite(group.Files, [add], DataChange: false)))
                    throw new InvalidOperationException("nobody else is there, and yet the compaction was overtaken");
            }
        }
    }

    private static Bar Throughput(string what, long rows, (double Seconds, long Resident) run, string over) => new(
        Text($"{what}, {rows:N0} rows"),
        Text($"resident under {ResidentBytesMost >> 20:N0} MiB"),
        over,
        Text($"{rows / run.Seconds / 1e3:N0} k rows/s, resident at most {run.Resident >> 20:N0} MiB"),
        run.Resident < ResidentBytesMost);

    private static async Task<(double Seconds, long Resident)> TimedAsync(Func<Task> work)
    {
        PeakMemory.Forget();
        var begin = Stopwatch.GetTimestamp();
        await work();
        return (Stopwatch.GetElapsedTime(begin).TotalSeconds, PeakMemory.Read());
    }

    private static string Columns(BytesAtRest rest, GenerateTotals made)
    {
        var page = new StringBuilder("Bytes at rest a row by column, after compaction, beside the entropy of the counters:\n\n| column | bytes | entropy, bytes |\n| --- | ---: | ---: |\n");
        foreach (var column in FlowColumns.Table.DataColumns)
            page.Append(CultureInfo.InvariantCulture, $"| {column.Name} | {rest.ByColumn[column.Name]:N3} | {(made.EntropyBits.TryGetValue(column.Name, out var bits) ? Text($"{bits / 8:N3}") : "")} |\n");
        return page.ToString();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class Midnight : TimeProvider
    {
        private readonly DateTimeOffset today = new(System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => today;
    }
}
