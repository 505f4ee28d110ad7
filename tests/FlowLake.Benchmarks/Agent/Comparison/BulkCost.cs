using System.Globalization;
using FlowLake.Benchmarks.Agent.Lab;

namespace FlowLake.Benchmarks.Agent.Comparison;

/// <summary>Kernel time on one and the same bulk traffic: FlowLake without UDP capture, and a tc program that counts each packet, both attached.</summary>
internal static class BulkCost
{
    private const int Seconds = 5;
    private const double CountedWithin = 0.05; // iperf3's seconds and ours differ.
    private const double ShareMost = 0.1;

    public static Bar Measure(bool quick)
    {
        using var statistics = new ProgramStatistics();
        using var lab = new PodLab(1, 1);
        using var baseline = new BaselinePrograms(lab);
        var capture = lab.Capture(lab.CallerCgroup, udp: false);
        var ours = ProgramTimes.Pinned(lab.BpfPath);
        var theirs = baseline.CountPackets(lab.Callers[0]);
        var stream = new BulkStream(lab.Callers[0], lab.Callees[0]);
        using var sweeping = new RepeatedSweep(capture);
        var rounds = Enumerable.Range(0, quick ? 2 : 7).Select(_ =>
        {
            var (before, theirsBefore) = (ours.Read(), theirs.Read());
            double rate = stream.Run(Seconds);
            var (cost, theirCost) = (ours.Read() - before, theirs.Read() - theirsBefore);
            return (Share: cost.Nanoseconds / (double)theirCost.Nanoseconds, Ours: cost.Nanoseconds / 1e6, Theirs: theirCost.Nanoseconds / 1e6, PerPacket: theirCost.PerRun, Rate: rate);
        }).ToArray();
        // What cost nothing because it saw nothing would hold any bar.
        long counted = capture.Drain().Flows.Sum(flow => flow.Counters.PayloadOut);
        double sent = rounds.Sum(round => round.Rate / 8 * Seconds);
        if (Math.Abs((counted / sent) - 1) > CountedWithin)
            throw new InvalidOperationException(Text($"{counted:N0} bytes counted, {sent:N0} sent by iperf3"));
        var share = Spread.Of(rounds.Select(round => round.Share));
        return new Bar(
            Text($"kernel time on {Seconds} s of bulk traffic, UDP capture off, a sweep a second"),
            Text($"at most {ShareMost:P0} of the baseline's"),
            Text($"a tc program in and out that counts five-tuples in a hash, on the same packets: {rounds.Average(round => round.Theirs):0} ms, {rounds.Average(round => round.PerPacket):0} ns a packet as the kernel hands it on, at {rounds.Average(round => round.Rate) / 1e9:0.0} Gbit/s"),
            Text($"{share.Median:P2} ({share.Low:P2} to {share.High:P2}), {rounds.Average(round => round.Ours):0.000} ms"),
            share.Median <= ShareMost);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
