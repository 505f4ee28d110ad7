using System.Text;

namespace FlowLake.Benchmarks;

/// <summary>The page of an area's last run: <c>docs/benchmarks/AREA.md</c>.</summary>
internal static class BarTable
{
    public static void Write(string area, IReadOnlyList<Bar> bars)
    {
        var page = new StringBuilder()
            .AppendLine($"# Benchmarks: {area}")
            .AppendLine()
            .AppendLine($"Written by `{BenchmarkSettings.AsTyped}make bench ONLY={area}`. Timings on shared machines are noisy: read the ratios, which come from interleaved pairs.")
            .AppendLine()
            .AppendLine($"Machine: {Machine.Describe()}")
            .AppendLine()
            .AppendLine("| what | aim | baseline | measured | held |")
            .AppendLine("| --- | --- | --- | --- | --- |");
        foreach (var bar in bars)
            page.AppendLine($"| {bar.What} | {bar.Aim} | {bar.Baseline} | {bar.Measured} | {(bar.Held ? "yes" : "no")} |");
        foreach (string details in bars.Select(bar => bar.Details).OfType<string>())
            page.AppendLine().Append(details);
        string folder = Path.Combine(Environment.CurrentDirectory, "docs", "benchmarks");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"{area}.md"), page.ToString());
    }
}
