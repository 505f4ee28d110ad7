using System.Globalization;
using System.Text.RegularExpressions;
using FlowLake.Benchmarks.Agent.Lab;
using FlowLake.Tests.Agent.Bpf;

namespace FlowLake.Benchmarks.Agent.KernelTime;

/// <summary>A packet: a TCP one that leaves at once, by the kernel's own test runs; a UDP one that is counted, on live traffic.</summary>
internal static partial class PacketCost
{
    private const int TestRuns = 1_000_000;
    private const int UdpPort = 9_000;
    private const int UdpPerSecond = 5_000;
    private const int UdpSeconds = 3;
    private const double SkipNanosecondsMost = 20;

    public static IReadOnlyList<Bar> Measure(bool quick)
    {
        int rounds = quick ? 3 : 11;
        using var lab = new PodLab(1, 1);
        using var baseline = new BaselinePrograms(lab);
        lab.Capture(lab.Cgroup);
        var programs = ProgramTimes.Pinned(lab.BpfPath);
        return [Skip(programs.IdOf("packet_in"), baseline.EmptyPacketId, rounds), Udp(lab, programs, baseline.AttachEmptyPacket(lab.Cgroup), rounds)];
    }

    private static Bar Skip(long program, long empty, int rounds)
    {
        string packet = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(packet, TcpFrame());
            var pairs = Enumerable.Range(0, rounds).Select(_ => (Empty: TestRun(empty, packet), Ours: TestRun(program, packet))).ToArray();
            var net = Spread.Of(pairs.Select(pair => pair.Ours - pair.Empty));
            return new Bar(
                "a TCP packet, with UDP capture on (without it no program sees one)",
                Text($"at most {SkipNanosecondsMost} ns"),
                Text($"a program that does nothing, {Spread.Of(pairs.Select(pair => pair.Empty)).Median:0} ns of {TestRuns:N0} test runs each"),
                Text($"{net.Median:0} ns ({net.Low:0} to {net.High:0}); with the test's own loop {Spread.Of(pairs.Select(pair => pair.Ours)).Median:0} ns"),
                net.Median <= SkipNanosecondsMost);
        }
        finally
        {
            File.Delete(packet);
        }
    }

    private static Bar Udp(PodLab lab, ProgramTimes programs, ProgramTimes empty, int rounds)
    {
        using var statistics = new ProgramStatistics();
        var (caller, callee) = (lab.Run(lab.Callers[0]), lab.Run(lab.Callees[0]));
        var address = lab.Callees[0].Address;
        callee.Do(Text($"udp-serve {address} {UdpPort}"));
        var measured = Enumerable.Range(0, rounds).Select(_ =>
        {
            var (before, emptyBefore) = (programs.Read("packet_in", "packet_out"), empty.Read());
            caller.Do(Text($"udp-load {address} {UdpPort} {UdpPerSecond} {UdpSeconds} 300"));
            var (ours, nothing) = (programs.Read("packet_in", "packet_out") - before, empty.Read() - emptyBefore);
            return (Net: ours.PerRun - nothing.PerRun, Gross: ours.PerRun, Empty: nothing.PerRun);
        }).ToArray();
        var net = Spread.Of(measured.Select(round => round.Net));
        // Stated, no aim: what UDP costs is for whoever chooses whether to count it.
        return new Bar(
            "a UDP packet, counted",
            "stated",
            Text($"a program that does nothing, {measured.Average(round => round.Empty):0} ns a run on the same traffic"),
            Text($"{net.Median:0} ns ({net.Low:0} to {net.High:0}); with the clock's own cost {Spread.Of(measured.Select(round => round.Gross)).Median:0} ns"),
            Held: true);
    }

    private static double TestRun(long program, string packet)
    {
        string answer = Shell.Run(Text($"bpftool prog run id {program} data_in {packet} repeat {TestRuns}"));
        return double.Parse(Duration().Match(answer).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>Ethernet, IPv4 and TCP headers and a little data; the kernel's test asks for no right checksum.</summary>
    private static byte[] TcpFrame()
    {
        byte[] frame = new byte[14 + 20 + 20 + 100];
        frame[12] = 8; // ETH_P_IP is 0x0800
        frame[14] = 0x45;
        frame[17] = (byte)(frame.Length - 14);
        frame[22] = 64;
        frame[23] = 6;
        new byte[] { 10, 78, 0, 1, 10, 78, 1, 1 }.CopyTo(frame, 26);
        frame[46] = 0x50;
        return frame;
    }

    [GeneratedRegex(@"duration \(average\): (\d+)ns")]
    private static partial Regex Duration();

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
