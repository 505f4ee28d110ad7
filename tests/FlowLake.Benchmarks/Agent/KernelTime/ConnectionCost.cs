using System.Diagnostics;
using System.Globalization;
using FlowLake.Benchmarks.Agent.Lab;

namespace FlowLake.Benchmarks.Agent.KernelTime;

/// <summary>A short connection from its first event to its last, at both ends, with a program that does nothing beside ours at each event.</summary>
internal static class ConnectionCost
{
    private const int Calm = 1_000;
    private const int CalmSeconds = 3; // Each caller's 300 go to its callees in equal parts, as the rush's do: so the shares of many calls add up.

    // More than anybody's programs can make: they go as fast as they can, and caches stay warm.
    private const int Rush = 18_000;
    private const int RushSeconds = 1;
    private const double MicrosecondsMost = 4;
    private static readonly string[] otherPrograms = ["sweep", "slot_sweep", "packet_in", "packet_out"];

    public static Bar Measure(bool quick)
    {
        using var statistics = new ProgramStatistics();
        using var loaded = new LoadedLab();
        var lab = loaded.Lab;
        using var baseline = new BaselinePrograms(lab);
        var empty = baseline.AttachEmptyEvents(lab.Cgroup);
        int served = 0;

        // Each by itself, for with another's storage on the socket its own would cost less.
        string tagging = Least(baseline.WithTagging(lab.Cgroup, program => Rounds(() => program.Read())));
        string counting = Least(baseline.WithCounting(lab.Cgroup, program => Rounds(() => program.Read())));

        // One agent sees both ends: of two on one kernel each would run its tracepoints' programs at the other's events too.
        lab.Capture(lab.Cgroup, udp: false);
        var programs = ProgramTimes.Pinned(lab.BpfPath);
        var ours = Rounds(() => programs.ReadExcept(otherPrograms));

        var (rush, calm) = (Spread.Of(ours.Select(round => round.Rush.Net)), Spread.Of(ours.Select(round => round.Calm.Net)));
        return new Bar(
            "kernel time of a connection, both ends together",
            Text($"at most {MicrosecondsMost} µs"),
            Text($"a program that does nothing at the same {ours.Average(round => round.Calm.Runs):0.0} events, {ours.Average(round => round.Rush.PerEmpty):0} ns each; one that only writes a slot an end and adds one number when it closes, {counting}; one that only tags both sockets, {tagging}"),
            Text($"{rush.Median:0.00} µs ({rush.Low:0.00} to {rush.High:0.00}) at {ours.Average(round => round.Rush.Rate):N0} connections/s, {calm.Median:0.00} µs ({calm.Low:0.00} to {calm.High:0.00}) at {ours.Average(round => round.Calm.Rate):N0}; with the clock's own cost {Spread.Of(ours.Select(round => round.Rush.Gross)).Median:0.00} and {Spread.Of(ours.Select(round => round.Calm.Gross)).Median:0.00} µs"),
            rush.Median <= MicrosecondsMost && calm.Median <= MicrosecondsMost);

        (Cost Rush, Cost Calm)[] Rounds(Func<ProgramTime> measured) =>
            [.. Enumerable.Range(1, quick ? 3 : 11).Select(_ => (Round(measured, Rush, RushSeconds), Round(measured, Calm, CalmSeconds)))];

        string Least((Cost Rush, Cost Calm)[] rounds) =>
            Text($"{Spread.Of(rounds.Select(round => round.Rush.Net)).Median:0.00} and {Spread.Of(rounds.Select(round => round.Calm.Net)).Median:0.00} µs");

        Cost Round(Func<ProgramTime> measured, int perSecond, int seconds)
        {
            int connections = perSecond * seconds;
            var (before, emptyBefore, began) = (measured(), empty.Read(), Stopwatch.GetTimestamp());
            loaded.CallAsync(perSecond, seconds, kept: 0, TimeSpan.Zero).GetAwaiter().GetResult();
            double rate = connections / Stopwatch.GetElapsedTime(began).TotalSeconds;
            served += connections;
            loaded.Served(served, kept: 0);
            var (spent, nothing) = (measured() - before, empty.Read() - emptyBefore);
            return new Cost(
                spent.Nanoseconds / 1e3 / connections, (spent.Nanoseconds - (spent.Runs * nothing.PerRun)) / 1e3 / connections, spent.Runs / (double)connections, nothing.PerRun, rate);
        }
    }

    /// <summary>Of a connection: microseconds in all and less those of measuring, and runs; of a run of nothing: nanoseconds.</summary>
    private readonly record struct Cost(double Gross, double Net, double Runs, double PerEmpty, double Rate);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
