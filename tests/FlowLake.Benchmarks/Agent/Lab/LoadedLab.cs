using System.Globalization;
using FlowLake.Tests.Agent.Bpf;

namespace FlowLake.Benchmarks.Agent.Lab;

/// <summary>A lab whose ten callers call its six callees on eight ports each.</summary>
internal sealed class LoadedLab : IDisposable
{
    public const int FirstPort = 7_000;
    public const int Ports = 8;
    private const int CallerCount = 10;
    private const int CalleeCount = 6;

    private readonly TrafficPod[] callers;
    private readonly TrafficPod[] callees;

    public LoadedLab(bool segmentationOffload = true)
    {
        Lab = new PodLab(CallerCount, CalleeCount, segmentationOffload);
        callees = [.. Lab.Callees.Select(Lab.Run)];
        callers = [.. Lab.Callers.Select(Lab.Run)];
        foreach (var (pod, program) in Lab.Callees.Zip(callees))
            program.Do(Text($"tcp-serve {pod.Address} {FirstPort} {Ports}"));
    }

    public PodLab Lab { get; }

    /// <summary>The programs in the callees, in their order.</summary>
    public IReadOnlyList<TrafficPod> CalleePrograms => callees;

    /// <summary>Starts every caller; the answer is what all of them say they moved.</summary>
    /// <param name="perSecond">Short connections a second, of all together.</param>
    /// <param name="seconds">For how long.</param>
    /// <param name="kept">Long connections, of all together.</param>
    /// <param name="pause">Between two exchanges of a long one.</param>
    public async Task<AppBytes> CallAsync(int perSecond, int seconds, int kept, TimeSpan pause) => Sum(await Task.WhenAll(callers.Select((caller, number) => caller.DoAsync(
        Text($"tcp-load {Lab.Callees[0].Address} {FirstPort} {CalleeCount} {Ports} {number} {perSecond / CallerCount} {seconds} {kept / CallerCount} {pause.TotalMilliseconds}")))));

    /// <summary>What the callees say, once each had its share of so many short connections and long ones.</summary>
    public AppBytes Served(int connections, int kept) => Sum([.. callees.Select((callee, number) =>
        callee.Do(Text($"served {Lab.Callees[number].Address} {FirstPort} {CallerCount * (Share(connections, number) + Share(kept, number))}")))]);

    public void Dispose() => Lab.Dispose();

    /// <summary>Of one caller's connections those to one callee: they take turns.</summary>
    private static int Share(int connections, int callee) => (connections / CallerCount / CalleeCount) + (callee < connections / CallerCount % CalleeCount ? 1 : 0);

    private static AppBytes Sum(IReadOnlyList<AppBytes> parts) => new(parts.Sum(part => part.Sent), parts.Sum(part => part.Received));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
