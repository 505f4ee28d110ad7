using System.Diagnostics;
using System.Globalization;
using FlowLake.Benchmarks.Query.Questions;
using FlowLake.Ingest.Maintenance;
using FlowLake.Lake.Generation;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Rollups;

namespace FlowLake.Benchmarks.Query;

/// <summary>A generated lake that is made once and kept: <c>.flowlake/bench/query-ROWS-SEED-GENERATIONS</c>, of flows and of its rollups. Maintenance has run over all of it but the last hour, as it has on a lake in use.</summary>
/// <remarks>It has the traffic of ten nodes: at 100 million rows five weeks of it in the agents' own windows of a minute, at 10 million the same weeks in windows of ten, at a million three weeks in windows of an hour.</remarks>
internal sealed class BenchmarkLake
{
    private const long DefaultRows = 10_000_000;
    private const long QuickRows = 1_000_000;
    private const ulong Seed = 5;
    private const int Nodes = 10;
    private const string Made = "made";

    private static readonly DateTimeOffset until = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private BenchmarkLake(string folder, long rows) => (Folder, Rows) = (folder, rows);

    public string Folder { get; }

    public long Rows { get; }

    /// <summary>The lakes asked for, made where they are not there yet.</summary>
    public static IEnumerable<BenchmarkLake> Open(bool quick)
    {
        foreach (var rows in BenchmarkSettings.Rows is { Count: > 0 } asked ? asked : [quick ? QuickRows : DefaultRows])
        {
            var lake = new BenchmarkLake(Path.GetFullPath(Text($".flowlake/bench/query-{rows}-{Seed}-{FlowColumns.Table.SchemaGeneration}-{RollupTraffic.Generation}")), rows);
            lake.MakeAsync().GetAwaiter().GetResult();
            yield return lake;
        }
    }

    /// <summary>Every data file of its newest version.</summary>
    public PlainFiles Files()
    {
        using var store = ObjectStores.Open(Folder);
        return PlainFiles.ReadAsync(store).GetAwaiter().GetResult();
    }

    /// <summary>Values for the parameters of the questions.</summary>
    public static IReadOnlyDictionary<string, string> Values(PlainEngine engine) => QuestionValues.Of(engine, until);

    private async Task MakeAsync()
    {
        if (File.Exists(Path.Combine(Folder, Made)))
            return;
        // What an interrupted run left is made anew.
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
        var begin = Stopwatch.GetTimestamp();
        var options = new GenerateOptions { Lake = Folder, Nodes = Nodes, Window = TimeSpan.FromMinutes(Math.Clamp(100_000_000 / Rows, 1, 60)), Seed = Seed, Direct = true, WorkFolder = Folder + "-making" };
        var made = await GeneratedLake.MakeAsync(options with { Rows = Rows }, new FixedTime(until.AddHours(-1)));
        Console.WriteLine(Text($"  {Folder}: {made.Rows:N0} rows made in {Stopwatch.GetElapsedTime(begin).TotalSeconds:N0} s"));
        begin = Stopwatch.GetTimestamp();
        // The second time is to delete what the first replaced, once nobody may ask for those versions any more.
        await MaintainAsync(TimeSpan.FromDays(2));
        await MaintainAsync(TimeSpan.FromDays(60));
        Console.WriteLine(Text($"  rolled up and compacted in {Stopwatch.GetElapsedTime(begin).TotalSeconds:N0} s"));
        await GeneratedLake.MakeAsync(options with { Length = TimeSpan.FromHours(1) }, new FixedTime(until));
        await File.WriteAllTextAsync(Path.Combine(Folder, Made), "");
        var bytes = new DirectoryInfo(Folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        Console.WriteLine(Text($"  {bytes >> 20:N0} MiB in all"));
    }

    // What flowlake maintain does, some days on.
    private async Task MaintainAsync(TimeSpan later)
    {
        using var store = ObjectStores.Open(Folder);
        var clock = new LaterTime(later);
        var options = new MaintenanceOptions { Engine = new MaintenanceEngine { WorkFolder = Folder + "-making" }, RollupRetention = null };
        await new MaintenanceService(store, [.. LakeTables.WithRollups.Select(table => new TableLog(store, table, clock))], options, clock, TextWriter.Null).RunAsync(default);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    private sealed class LaterTime(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + later;
    }
}
