using System.Globalization;

namespace FlowLake.Benchmarks.Query.Load;

/// <summary>Clients ask the questions while others attack, for minutes; both by keys, as strangers have them.</summary>
internal static class MixedBars
{
    private const double DefaultMinutes = 10;
    private const double QuickMinutes = 1;
    private const double GrowthMost = 1.1;

    public static IReadOnlyList<Bar> Measure(bool quick)
    {
        var minutes = BenchmarkSettings.Minutes ?? (quick ? QuickMinutes : DefaultMinutes);
        return [.. BenchmarkLake.Open(quick).SelectMany(lake => MeasureAsync(lake, TimeSpan.FromMinutes(minutes)).GetAwaiter().GetResult())];
    }

    private static async Task<IReadOnlyList<Bar>> MeasureAsync(BenchmarkLake lake, TimeSpan length)
    {
        var folder = Directory.CreateTempSubdirectory("flowlake-bench-").FullName;
        try
        {
            using var load = await MixedLoad.StartAsync(lake, folder);
            // What is loaded and reserved once is no growth.
            await load.RunAsync(length / 10);
            var before = load.Counts();
            var resident = new Resident(load.Server.Tree);
            await load.RunAsync(length);
            await resident.DisposeAsync();
            var counts = load.Counts() - before;
            var (first, last) = (resident.Median(samples => samples.Take(samples.Count / 3)), resident.Median(samples => samples.TakeLast(samples.Count / 3)));
            foreach (var line in load.Findings.Concat(counts.Wrong > 0 ? load.Server.Failures : []))
                Console.WriteLine("  " + line);
            return
            [
                new Bar(
                    Text($"{length.TotalMinutes:0.#} minutes of {MixedLoad.Askers} clients with questions and {MixedLoad.Attackers} with {load.Attacks} attacks, {lake.Rows:N0} rows"),
                    "no crash, no wrong answer", "answers of libduckdb in process",
                    Text($"{counts.Right:N0} right answers, {counts.Wrong} wrong, {counts.Refused:N0} refused for want of a turn, memory or time; {counts.Attacks:N0} attacks, {counts.AttacksWrong} of them answered as they must not be{(load.Server.HasEnded ? "; THE SERVER ENDED" : "")}"),
                    counts is { Wrong: 0, AttacksWrong: 0, Right: > 0, Attacks: > 0 } && !load.Server.HasEnded),
                new Bar(
                    Text($"growth of the server's memory meanwhile, {lake.Rows:N0} rows"), Text($"the last third at most {GrowthMost - 1:P0} above the first; resident under {ClientBars.ResidentBytesMost >> 20:N0} MiB"), Text($"the first third, {first / (1 << 20):N0} MiB"),
                    Text($"{last / (1 << 20):N0} MiB; at most {resident.Most >> 20:N0} MiB"), last <= GrowthMost * first && resident.Most < ClientBars.ResidentBytesMost),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
