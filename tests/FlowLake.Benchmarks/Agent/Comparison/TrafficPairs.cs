using System.Diagnostics;
using System.Globalization;
using FlowLake.Benchmarks.Agent.Lab;
using FlowLake.Tests.Agent.Bpf;

namespace FlowLake.Benchmarks.Agent.Comparison;

/// <summary>Throughput and request rate with capture (UDP too, so that a program sees each packet) at both ends and without, in interleaved pairs.</summary>
internal static class TrafficPairs
{
    private const int Port = 7_000;
    private const double LeastRatio = 0.98;

    public static IReadOnlyList<Bar> Measure(bool quick)
    {
        int pairs = quick ? 3 : 11;
        using var lab = new PodLab(1, 1);
        var (caller, callee) = (lab.Run(lab.Callers[0]), lab.Run(lab.Callees[0]));
        callee.Do(Text($"tcp-serve {lab.Callees[0].Address} {Port}"));
        var stream = new BulkStream(lab.Callers[0], lab.Callees[0]);
        int requests = quick ? 5_000 : 20_000;
        return
        [
            Compare("throughput of bulk traffic", lab, pairs, () => stream.Run(seconds: 4), rate => Text($"{rate / 1e9:0.0} Gbit/s")),
            Compare("request/response rate", lab, pairs, () => RequestRate(caller, lab.Callees[0], requests), rate => Text($"{rate:N0} requests/s")),
        ];
    }

    private static Bar Compare(string what, PodLab lab, int pairs, Func<double> rate, Func<double, string> show)
    {
        rate();
        var measured = Enumerable.Range(0, pairs).Select(pair =>
        {
            // Who goes first changes, so that a machine that tires treats both alike.
            double without = pair % 2 == 0 ? rate() : 0;
            double with = Captured(lab, rate);
            return (With: with, Without: pair % 2 == 0 ? without : rate());
        }).ToArray();
        var ratio = Spread.Of(measured.Select(pair => pair.With / pair.Without));
        return new Bar(
            what + " with capture, UDP on, a sweep a second",
            Text($"median ratio at least {LeastRatio} or its interval includes 1"),
            Text($"without, {show(Spread.Of(measured.Select(pair => pair.Without)).Median)}"),
            Text($"{show(Spread.Of(measured.Select(pair => pair.With)).Median)}, ratio {ratio.Median:0.000} ({ratio.Low:0.000} to {ratio.High:0.000}, {pairs} pairs)"),
            ratio.Median >= LeastRatio || ratio.High >= 1);
    }

    private static double Captured(PodLab lab, Func<double> rate)
    {
        var (first, second) = (lab.Capture(lab.CallerCgroup), lab.Capture(lab.CalleeCgroup));
        try
        {
            using var sweepingFirst = new RepeatedSweep(first);
            using var sweepingSecond = new RepeatedSweep(second);
            return rate();
        }
        finally
        {
            first.Remove();
            second.Remove();
        }
    }

    private static double RequestRate(TrafficPod caller, LabPod callee, int requests)
    {
        long began = Stopwatch.GetTimestamp();
        caller.Do(Text($"tcp-ping {callee.Address} {Port} {requests}"));
        return requests / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
