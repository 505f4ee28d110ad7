using System.Diagnostics;
using System.Globalization;
using FlowLake.Benchmarks.Agent.Lab;
using FlowLake.Tests.Agent.Bpf;

namespace FlowLake.Benchmarks.Agent.Accuracy;

/// <summary>What capture counts against what the applications counted and what the interfaces did, under all that is known to disturb it at once.</summary>
internal static class AccuracyBars
{
    // A tenth more than the bars ask for: callers start and end one after the other, which counts as time, too.
    private const int ConnectionsPerSecond = 1_100;
    private const int Kept = 200;
    private const int UdpPort = 9_000;
    private const int UdpPairs = 2;
    private const int UdpPacketsPerSecond = 22_000;
    private const int UdpBytes = 300;
    private const double InterfaceDeviationMost = 0.001;
    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan window = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan closesWithin = TimeSpan.FromSeconds(60);

    /// <param name="quick">Ten seconds instead of 60.</param>
    public static IReadOnlyList<Bar> Measure(bool quick)
    {
        int seconds = quick ? 10 : 60;
        int connections = (ConnectionsPerSecond * seconds) + Kept;
        using var loaded = new LoadedLab(segmentationOffload: false);
        var lab = loaded.Lab;
        LosePacketsTo(lab, lab.Callers[^1]);
        var udpCallers = Enumerable.Range(0, UdpPairs).Select(number => lab.Run(lab.Callers[number])).ToArray();
        for (int pair = 0; pair < UdpPairs; pair++)
            loaded.CalleePrograms[pair].Do(Text($"udp-serve {lab.Callees[pair].Address} {UdpPort}"));
        var atCallers = new FlowSum(lab.Capture(lab.CallerCgroup));
        var atCallees = new FlowSum(lab.Capture(lab.CalleeCgroup));
        var (callersBefore, calleesBefore) = (IpBytes(lab.Callers), IpBytes(lab.Callees));

        // Each datagram is answered, so half of the packets are the callers'.
        long began = Stopwatch.GetTimestamp();
        var tcp = loaded.CallAsync(ConnectionsPerSecond, seconds, Kept, pause);
        var udp = Task.WhenAll(udpCallers.Select((caller, pair) =>
            caller.DoAsync(Text($"udp-load {lab.Callees[pair].Address} {UdpPort} {UdpPacketsPerSecond / 2 / UdpPairs} {seconds} {UdpBytes}"))));
        var all = Task.WhenAll(tcp.ContinueWith(_ => Stopwatch.GetElapsedTime(began), TaskScheduler.Default), udp.ContinueWith(_ => Stopwatch.GetElapsedTime(began), TaskScheduler.Default));
        long sweeps = SweepWithoutPause(all, atCallers, atCallees);
        var (tcpTime, udpTime) = (all.Result[0], all.Result[1]);
        var called = tcp.GetAwaiter().GetResult();
        var asked = Sum(udp.GetAwaiter().GetResult());
        var served = loaded.Served(ConnectionsPerSecond * seconds, Kept);
        CollectUntilClosed(atCallers, connections);
        CollectUntilClosed(atCallees, connections);

        string traffic = Text($"{connections / tcpTime.TotalSeconds:N0} connections/s reached, {Kept} of them long, and {UdpPacketsPerSecond * seconds / udpTime.TotalSeconds:N0} UDP packets/s, {seconds} s, {sweeps / all.Result.Max().TotalSeconds:N0} sweeps/s, {PacketsLost(lab, lab.Callers[^1]):N0} packets lost on the way");
        var callers = Difference(IpBytes(lab.Callers), callersBefore);
        var callees = Difference(IpBytes(lab.Callees), calleesBefore);
        double[] deviations =
        [
            Deviation(atCallers.IpBytes.Out, callers.Out), Deviation(atCallers.IpBytes.In, callers.In),
            Deviation(atCallees.IpBytes.Out, callees.Out), Deviation(atCallees.IpBytes.In, callees.In),
        ];
        double worst = deviations.MaxBy(Math.Abs);
        var answered = new AppBytes(asked.Received, asked.Sent);
        return
        [
            Exact("TCP payload at the callers", called, atCallers.Payload, traffic),
            Exact("TCP payload at the callees", served, atCallees.Payload, traffic),
            Exact("UDP payload at the callers", asked, atCallers.PacketPayload, traffic),
            Exact("UDP payload at the callees", answered, atCallees.PacketPayload, traffic),
            new Bar("connections opened and closed", Text($"{connections:N0} at both ends"), "the applications", Text($"{atCallers.Opened:N0} and {atCallers.Closed:N0} at the callers, {atCallees.Opened:N0} and {atCallees.Closed:N0} at the callees"), new[] { atCallers.Opened, atCallers.Closed, atCallees.Opened, atCallees.Closed }.All(count => count == connections)),
            new Bar("IP bytes, both ends and directions", Text($"within {InterfaceDeviationMost:P1}"), Text($"the interfaces less 14 bytes a packet, {(callers.Out + callers.In) / 1e6:N0} MB"), Text($"{worst:+0.000%;-0.000%} the worst of {string.Join(", ", deviations.Select(deviation => Text($"{deviation:+0.000%;-0.000%}")))}"), Math.Abs(worst) <= InterfaceDeviationMost),
        ];
    }

    /// <summary>A pipe too narrow for bursts on the way to one pod: retransmissions, and holes the pod's socket fills later.</summary>
    private static void LosePacketsTo(PodLab lab, LabPod pod) => Shell.Run($"tc -n {lab.Bridge} qdisc add dev {pod.Port} root tbf rate 16mbit burst 16kb limit 24kb");

    private static long PacketsLost(PodLab lab, LabPod pod) =>
        long.Parse(Shell.Run($"tc -n {lab.Bridge} -s qdisc show dev {pod.Port} | sed -n 's/.*dropped \\([0-9]*\\).*/\\1/p'"), CultureInfo.InvariantCulture);

    private static long SweepWithoutPause(Task until, params FlowSum[] sums)
    {
        long sweeps = 0;
        long collected = Stopwatch.GetTimestamp();
        while (!until.IsCompleted)
        {
            foreach (var sum in sums)
                sum.Capture.Sweep();
            sweeps += sums.Length;
            if (Stopwatch.GetElapsedTime(collected) < window)
                continue;
            collected = Stopwatch.GetTimestamp();
            foreach (var sum in sums)
                sum.Collect();
        }

        return sweeps;
    }

    private static void CollectUntilClosed(FlowSum sum, int connections)
    {
        long began = Stopwatch.GetTimestamp();
        do
            sum.Collect();
        while (sum.Closed < connections && Stopwatch.GetElapsedTime(began) < closesWithin);
    }

    private static (long Out, long In) IpBytes(IReadOnlyList<LabPod> pods)
    {
        var all = pods.Select(pod => pod.IpBytes()).ToArray();
        return (all.Sum(bytes => bytes.Out), all.Sum(bytes => bytes.In));
    }

    private static (long Out, long In) Difference((long Out, long In) after, (long Out, long In) before) => (after.Out - before.Out, after.In - before.In);

    private static double Deviation(long counted, long truth) => (counted / (double)truth) - 1;

    private static AppBytes Sum(IReadOnlyList<AppBytes> parts) => new(parts.Sum(part => part.Sent), parts.Sum(part => part.Received));

    private static Bar Exact(string what, AppBytes application, AppBytes counted, string traffic) => new(
        what,
        "equal to the byte",
        Text($"the applications: {application.Sent:N0} out, {application.Received:N0} in; {traffic}"),
        application == counted ? "equal" : Text($"{counted.Sent - application.Sent:+0;-0;0} out, {counted.Received - application.Received:+0;-0;0} in"),
        application == counted);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
