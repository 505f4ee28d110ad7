using System.Diagnostics;
using System.Globalization;
using FlowLake.Benchmarks.Agent.Lab;

namespace FlowLake.Benchmarks.Agent.Size;

/// <summary>What an agent takes of a busy node: memory with the kernel's maps, and processor time with its programs', over a long run.</summary>
internal static class SizeBars
{
    private const int Sockets = 10_000;
    private const int ConnectionsPerSecond = 1_000;
    private const int Pods = 10_000;
    private const double MegabytesMost = 100;
    private const double CoreShareMost = 0.02;
    private const double GrowthMost = 1;
    private static readonly TimeSpan pause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan between = TimeSpan.FromSeconds(5);

    /// <param name="quick">Three minutes instead of 30: shows that it works, and no growth.</param>
    public static IReadOnlyList<Bar> Measure(bool quick)
    {
        // The sockets open while the agent settles; the processor's five minutes come after, and are part of the soak.
        var settle = quick ? TimeSpan.FromSeconds(60) : TimeSpan.FromMinutes(3);
        var processor = quick ? TimeSpan.FromSeconds(120) : TimeSpan.FromMinutes(5);
        var soak = quick ? processor : TimeSpan.FromMinutes(30);
        using var statistics = new ProgramStatistics();
        using var loaded = new LoadedLab();
        string folder = Directory.CreateTempSubdirectory("flbench-size").FullName;
        try
        {
            var lab = loaded.Lab;
            File.WriteAllBytes(Path.Combine(folder, "cluster.json"), BigCluster.Of(lab, Pods).ToJson());
            using var agent = new MeasuredAgent(
                Path.GetFileName(lab.Cgroup) + "agent",
                $"--node {BigCluster.Node} --directory {folder}/cluster.json --lake {folder}/lake --spool {folder}/spool --bpffs {lab.BpfPath} --cgroup-root {lab.CallerCgroup}");
            WaitForPins(lab, agent);
            var programs = ProgramTimes.Pinned(lab.BpfPath);
            long called = Stopwatch.GetTimestamp();
            var calling = loaded.CallAsync(ConnectionsPerSecond, (int)(settle + soak + between).TotalSeconds, Sockets, pause);
            Sample(agent, calling, settle);
            var (began, processorBefore, programsBefore) = (Stopwatch.GetTimestamp(), agent.Processor(), Events(programs));
            var memory = Sample(agent, calling, processor);
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            var events = Events(programs) - programsBefore;
            double programShare = events.Nanoseconds / 1e9 / seconds;
            double share = ((agent.Processor() - processorBefore).TotalSeconds / seconds) + programShare;
            var later = Sample(agent, calling, soak - processor);
            memory.AddRange(later.Select(sample => (sample.Seconds + seconds, sample.Megabytes)));
            string composition = agent.Memory.Detail();
            calling.GetAwaiter().GetResult();
            double rate = ConnectionsPerSecond * (settle + soak + between).TotalSeconds / Stopwatch.GetElapsedTime(called).TotalSeconds;
            double most = memory.Max(sample => sample.Megabytes);
            var line = Line.Through([.. memory.Where(sample => sample.Seconds >= soak.TotalSeconds / 3)]);
            double growth = line.Slope * soak.TotalSeconds * 2 / 3;
            double error = line.SlopeError * soak.TotalSeconds * 2 / 3;
            string baseline = Text($"{Sockets:N0} sockets open, {rate:N0} connections/s reached, {Pods:N0} pods");
            return
            [
                new Bar("agent's memory with kernel maps and runtime", Text($"under {MegabytesMost} MB"), Text($"{baseline}; {agent.Memory.Description}"), Text($"at most {most:0.0} MB (at the end, MB: {composition})"), most < MegabytesMost),
                new Bar("agent's processor time with its programs'", Text($"under {CoreShareMost:P0} of a core"), baseline, Text($"{share:P2} over {processor.TotalSeconds:0} s, its programs {programShare:P2} of it ({events.Runs / seconds:N0} runs/s)"), share < CoreShareMost),
                new Bar("growth of memory", Text($"none: under {GrowthMost} MB, or within twice the line's error, over the last two thirds"), baseline, Text($"{growth:+0.00;-0.00} ± {error:0.00} MB in {soak.TotalMinutes * 2 / 3:0.#} min"), growth < Math.Max(GrowthMost, 2 * error)),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What runs in the traffic's time; the sweep runs in the agent's own, and is in its processor time.</summary>
    private static ProgramTime Events(ProgramTimes programs) => programs.ReadExcept("sweep", "slot_sweep");

    private static void WaitForPins(PodLab lab, MeasuredAgent agent)
    {
        while (!Directory.EnumerateFiles(lab.BpfPath, "link_sweep", SearchOption.AllDirectories).Any())
        {
            agent.ThrowIfEnded();
            Thread.Sleep(50);
        }
    }

    private static List<(double Seconds, double Megabytes)> Sample(MeasuredAgent agent, Task calling, TimeSpan time)
    {
        List<(double Seconds, double Megabytes)> samples = [];
        long began = Stopwatch.GetTimestamp();
        for (var elapsed = TimeSpan.Zero; elapsed < time; elapsed = Stopwatch.GetElapsedTime(began))
        {
            agent.ThrowIfEnded();
            if (calling.IsFaulted)
                calling.GetAwaiter().GetResult();
            samples.Add((elapsed.TotalSeconds, agent.Memory.Bytes() / 1e6));
            Thread.Sleep(between);
        }

        return samples;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
