using System.Diagnostics.Metrics;
using FlowLake.Agent.Directory;
using FlowLake.Agent.Directory.Kubernetes;
using FlowLake.Agent.Windows;

namespace FlowLake.Agent;

/// <summary>The agent's meter, <c>FlowLake.Agent</c>.</summary>
internal sealed class AgentMetrics : IDisposable
{
    public const string MeterName = "FlowLake.Agent";

    private readonly Meter meter = new(MeterName);

    public AgentMetrics(Func<(long Bytes, int Files)> spoolSize)
    {
        Windows = Counter("flowlake.agent.windows", "{window}", "Windows stored.");
        Rows = Counter("flowlake.agent.rows", "{row}", "Rows stored.");
        Uploads = Counter("flowlake.agent.uploads", "{file}", "Files the store acknowledged.");
        UploadFailures = Counter("flowlake.agent.upload.failures", "{attempt}", "Attempts to upload that failed and were made again.");
        StoreFailures = Counter("flowlake.agent.store.failures", "{attempt}", "Attempts to write a window that failed; the kernel keeps it until the next one.");
        KernelFailures = Counter("flowlake.agent.kernel.failures", "{failure}", "Times the kernel half was gone and was set up anew.");
        DirectoryLoads = Counter("flowlake.agent.directory.loads", "{load}", "Times the directory was read anew.");
        DirectoryFailures = Counter("flowlake.agent.directory.failures", "{failure}", "Times the directory could not be read and kept its earlier state.");
        SweptSockets = Counter("flowlake.agent.sockets.swept", "{socket}", "Sockets visited by sweeps.");
        PostponedSockets = Counter("flowlake.agent.sockets.postponed", "{socket}", "Sockets a sweep left for the next one because the flow map was full.");
        MissedCgroups = Counter("flowlake.agent.cgroups.missed", "{cgroup}", "Cgroups made while the kernel had no room to tell of them; a scan finds those that live on.");
        UnexcludedCgroups = Counter("flowlake.agent.cgroups.unexcluded", "{cgroup}", "Cgroups that were to be left out and found no room in the kernel: they are observed.");
        ClockSteps = Counter("flowlake.agent.clock.steps", "{step}", "Times the wall clock was set by a second or more, or the machine slept.");
        lost = Counter("flowlake.agent.lost", null, "What coverage reports, by reason and unit.");
        meter.CreateObservableGauge("flowlake.agent.kernel.programs.unavailable", () => UnavailablePrograms, "{program}", "Kernel programs this kernel does not take; the log names what is not seen for it.");
        meter.CreateObservableGauge("flowlake.agent.spool.bytes", () => spoolSize().Bytes, "By", "Bytes of files waiting for the store.");
        meter.CreateObservableGauge("flowlake.agent.spool.files", () => spoolSize().Files, "{file}", "Files waiting for the store.");
    }

    private readonly Counter<long> lost;

    public Counter<long> Windows { get; }

    public Counter<long> Rows { get; }

    public Counter<long> Uploads { get; }

    public Counter<long> UploadFailures { get; }

    public Counter<long> StoreFailures { get; }

    public Counter<long> KernelFailures { get; }

    public Counter<long> DirectoryLoads { get; }

    public Counter<long> DirectoryFailures { get; }

    public Counter<long> SweptSockets { get; }

    public Counter<long> PostponedSockets { get; }

    public Counter<long> MissedCgroups { get; }

    public Counter<long> UnexcludedCgroups { get; }

    /// <summary>Kernel programs left out; the loop says how many.</summary>
    public int UnavailablePrograms { get; set; }

    public Counter<long> ClockSteps { get; }

    /// <summary>Whether a meter is this one, and not another agent's of the same process.</summary>
    public bool Owns(Meter other) => ReferenceEquals(other, meter);

    /// <summary>Puts each counter without tags at zero, for listeners to whom the first increase would otherwise look like no change at all.</summary>
    public void BeginAtZero()
    {
        foreach (var counter in (ReadOnlySpan<Counter<long>>)[Windows, Rows, Uploads, UploadFailures, StoreFailures, KernelFailures, DirectoryLoads, DirectoryFailures, SweptSockets, PostponedSockets, MissedCgroups, UnexcludedCgroups, ClockSteps])
            counter.Add(0);
    }

    public void Lost(Loss loss)
    {
        if (loss.Amount > 0)
            lost.Add(loss.Amount, new("reason", loss.Reason), new("unit", loss.Unit));
    }

    /// <summary>Shows what the watches of the API server count.</summary>
    public void Observe(WatchCounters counters)
    {
        Observable("lists", "{list}", "Lists read to their end.", () => counters.Lists);
        Observable("events", "{event}", "Events of watches, bookmarks included.", () => counters.Events);
        Observable("skipped", "{object}", "Objects left out: too long, unreadable, or beyond the bound of their kind.", () => counters.Skipped);
        Observable("failures", "{request}", "Requests that failed or were refused.", () => counters.Failures);
        Observable("expired", "{list}", "Times a kind was listed anew because the server no longer knew where a watch or list was.", () => counters.Expired);

        void Observable(string name, string unit, string description, Func<long> value) =>
            meter.CreateObservableCounter($"flowlake.agent.kubernetes.{name}", value, unit, description);
    }

    /// <summary>Shows what the directory and the index of cgroups hold, and what found no room there.</summary>
    public void Observe(PodDirectory directory, CgroupIndex cgroups)
    {
        meter.CreateObservableGauge("flowlake.agent.directory.claims", () => directory.Claims, "{claim}", "Addresses held, now or within the last two hours.");
        meter.CreateObservableCounter("flowlake.agent.directory.claims.refused", () => directory.ClaimsRefused, "{claim}", "Addresses the directory had no room for: ends that have them are unknown.");
        meter.CreateObservableCounter("flowlake.agent.cgroups.scans", () => cgroups.Scans, "{scan}", "Times the folders of cgroups were looked through.");
        meter.CreateObservableGauge("flowlake.agent.cgroups.cut", () => cgroups.IsCut ? 1 : 0, null, "1 when the last look at the folders of cgroups met its bound: pods beyond it are named by address.");
    }

    public void Dispose() => meter.Dispose();

    private Counter<long> Counter(string name, string? unit, string description) => meter.CreateCounter<long>(name, unit, description);
}
