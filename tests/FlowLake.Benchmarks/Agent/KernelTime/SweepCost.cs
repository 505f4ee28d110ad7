using System.Diagnostics;
using System.Globalization;
using FlowLake.Benchmarks.Agent.Lab;
using FlowLake.Tests.Agent.Bpf;

namespace FlowLake.Benchmarks.Agent.KernelTime;

/// <summary>Sweeps over many live sockets, each of which has moved something since the last one.</summary>
internal static class SweepCost
{
    private const int Connections = 10_000;
    private const int ReadBytes = 1_024; // As the agent reads.
    private static readonly string[] sweepPrograms = ["slot_sweep", "sweep"];
    private const double MicrosecondsMost = 1;
    private const double ReadMillisecondsMost = 3;
    private static readonly TimeSpan pause = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan between = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan opening = TimeSpan.FromSeconds(60);

    public static IReadOnlyList<Bar> Measure(bool quick)
    {
        int sweeps = quick ? 3 : 11;
        using var statistics = new ProgramStatistics();
        using var loaded = new LoadedLab();
        var lab = loaded.Lab;
        lab.Capture(lab.Cgroup, udp: false);
        var programs = ProgramTimes.Pinned(lab.BpfPath);
        string[] pins = [.. sweepPrograms.Select(program => Directory.EnumerateFiles(lab.BpfPath, $"link_{program}", SearchOption.AllDirectories).Single())];
        var calling = loaded.CallAsync(perSecond: 0, (int)(opening + (between * (sweeps + 1))).TotalSeconds, Connections, pause);
        while (Sweep(pins).Sockets < 2 * Connections)
        {
            if (calling.IsCompleted)
                throw new InvalidOperationException($"the connections ended before all {Connections} were open");
            Thread.Sleep(500);
        }

        var measured = Enumerable.Range(0, sweeps).Select(_ =>
        {
            Thread.Sleep(between);
            var before = programs.Read(sweepPrograms);
            var (sockets, longest) = Undisturbed(() => Sweep(pins));
            return (Sockets: sockets, Longest: longest.TotalMilliseconds, Micros: (programs.Read(sweepPrograms) - before).Nanoseconds / 1e3 / sockets);
        }).ToArray();
        calling.GetAwaiter().GetResult();

        var micros = Spread.Of(measured.Select(sweep => sweep.Micros));
        var longest = Spread.Of(measured.Select(sweep => sweep.Longest));
        string baseline = Text($"{measured.Average(sweep => sweep.Sockets):N0} sockets that each exchange something every {pause.TotalSeconds:0} s, {sweeps} sweeps {between.TotalSeconds:0} s apart");
        return
        [
            new Bar("kernel time of a socket in a sweep", Text($"at most {MicrosecondsMost} µs"), baseline, Text($"{micros.Median:0.00} µs ({micros.Low:0.00} to {micros.High:0.00}), the clock's own cost included"), micros.Median <= MicrosecondsMost),
            new Bar("longest read of a sweep", Text($"under {ReadMillisecondsMost} ms"), baseline, Text($"{longest.Median:0.00} ms the longest of a sweep in the median ({longest.Low:0.00} to {longest.High:0.00}), of {ReadBytes:N0} sockets a read"), longest.Median < ReadMillisecondsMost),
        ];
    }

    /// <summary>Runs with real-time priority: what the traffic's own programs take of the processor is not the read's.</summary>
    private static T Undisturbed<T>(Func<T> read)
    {
        Shell.Run(Text($"chrt --fifo --pid 1 {Environment.ProcessId}"));
        try
        {
            return read();
        }
        finally
        {
            Shell.Run(Text($"chrt --other --pid 0 {Environment.ProcessId}"));
        }
    }

    private static (int Sockets, TimeSpan Longest) Sweep(string[] pins)
    {
        var reads = pins.Select(Sweep).ToArray();
        return (reads.Sum(read => read.Sockets), reads.Max(read => read.Longest));
    }

    /// <summary>Reads the pinned iterator to its end.</summary>
    private static (int Sockets, TimeSpan Longest) Sweep(string pin)
    {
        using var iterator = new FileStream(pin, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        byte[] buffer = new byte[ReadBytes];
        var (sockets, longest) = (0, TimeSpan.Zero);
        while (true)
        {
            long began = Stopwatch.GetTimestamp();
            int read = iterator.Read(buffer);
            var time = Stopwatch.GetElapsedTime(began);
            if (read == 0)
                return (sockets, longest);
            sockets += read;
            longest = time > longest ? time : longest;
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
