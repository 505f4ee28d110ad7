using System.Globalization;
using FlowLake.Benchmarks.Agent.Lab;

namespace FlowLake.Benchmarks.Agent.KernelTime;

/// <summary>A short connection from its first event to its last, at both ends, with a program that does nothing beside ours at each event.</summary>
internal static class ConnectionCost
{
    private const int ConnectionsPerSecond = 1_000;
    private const int Seconds = 4;
    private const double MicrosecondsMost = 4;
    private static readonly string[] otherPrograms = ["sweep", "packet_in", "packet_out"];

    public static Bar Measure(bool quick)
    {
        using var statistics = new ProgramStatistics();
        using var loaded = new LoadedLab();
        var lab = loaded.Lab;
        using var baseline = new BaselinePrograms(lab);
        lab.Capture(lab.CallerCgroup, udp: false);
        lab.Capture(lab.CalleeCgroup, udp: false);
        var empty = baseline.AttachEmptyEvents(lab.Cgroup);
        var programs = ProgramTimes.Pinned(lab.BpfPath);
        var rounds = Enumerable.Range(1, quick ? 3 : 11).Select(round =>
        {
            var (before, emptyBefore) = (programs.ReadExcept(otherPrograms), empty.Read());
            loaded.CallAsync(ConnectionsPerSecond, Seconds, kept: 0, TimeSpan.Zero).GetAwaiter().GetResult();
            loaded.Served(round, ConnectionsPerSecond * Seconds, kept: 0);
            var (ours, nothing) = (programs.ReadExcept(otherPrograms) - before, empty.Read() - emptyBefore);
            const double connections = ConnectionsPerSecond * Seconds;
            return (Gross: ours.Nanoseconds / connections / 1e3, Net: (ours.Nanoseconds - (ours.Runs * nothing.PerRun)) / connections / 1e3, Runs: ours.Runs / connections, nothing.PerRun);
        }).ToArray();
        var net = Spread.Of(rounds.Select(round => round.Net));
        return new Bar(
            "kernel time of a connection, both ends together",
            Text($"at most {MicrosecondsMost} µs"),
            Text($"a program that does nothing at the same events, {rounds.Average(round => round.PerRun):0} ns a run"),
            Text($"{net.Median:0.00} µs ({net.Low:0.00} to {net.High:0.00}); with the clock's own cost {Spread.Of(rounds.Select(round => round.Gross)).Median:0.00} µs in {rounds.Average(round => round.Runs):0.0} runs"),
            net.Median <= MicrosecondsMost);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
