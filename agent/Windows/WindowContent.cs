using FlowLake.Agent.Bpf;
using FlowLake.Agent.Directory;
using FlowLake.Agent.Spool;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Flows;

namespace FlowLake.Agent.Windows;

/// <summary>One window's rows, and what naming and folding found amiss.</summary>
/// <param name="Window">The time.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Losses">What the rows themselves lack: unknown ends, folded rows, Services only partly observed.</param>
public sealed record WindowContent(FlowWindow Window, IReadOnlyList<FlowRecord> Rows, IReadOnlyList<Loss> Losses)
{
    /// <summary>The window's rows of further tables. The kernel's maps bound their number.</summary>
    public SideRows Sides { get; init; } = SideRows.None;

    /// <summary>Names, places and folds what the kernel counted in a window.</summary>
    /// <param name="drain">What the kernel counted.</param>
    /// <param name="window">When.</param>
    /// <param name="place">Where the agent stands.</param>
    /// <param name="directory">Who held which address.</param>
    /// <param name="cgroups">Which pod has which cgroup.</param>
    /// <param name="runsAgent">Whether an agent runs on the node of that name.</param>
    /// <param name="rowsMax">Most rows kept by name.</param>
    /// <param name="scope">Which pods all agents observe; null for everything.</param>
    public static WindowContent Of(
        CaptureDrain drain,
        FlowWindow window,
        ObserverPlace place,
        PodDirectory directory,
        CgroupIndex cgroups,
        Func<string, bool> runsAgent,
        int rowsMax,
        ObservationScope? scope = null)
    {
        cgroups.BeginWindow();
        var ends = new EndNaming(directory, cgroups, window, runsAgent, scope ?? ObservationScope.Everything);
        var naming = new FlowNaming(ends, place, window);
        var mixedBytes = 0L;
        var rows = new List<FlowRecord>(drain.Flows.Count);
        foreach (var flow in drain.Flows)
        {
            var row = naming.Name(flow, out var serverEnd);
            if (row.Observer == FlowObserver.Client && serverEnd == EndObservation.Mixed)
                mixedBytes += row.PayloadToServer + row.PayloadToClient + row.HeaderBytesToServer + row.HeaderBytesToClient;
            rows.Add(row);
        }

        var merged = RowFolding.Merge(rows);
        var unknown = merged.Count(row => RemoteOf(row).Kind == EndKind.Unknown);
        var kept = RowFolding.Cap(merged, rowsMax, out var folded);
        return new WindowContent(window, kept, [
            new Loss(CoverageReason.UnknownEnd, "flows", unknown),
            new Loss(CoverageReason.Folded, "flows", folded),
            new Loss(CoverageReason.ServiceMixed, "bytes", mixedBytes),
        ])
        {
            Sides = new SideRows(new DnsNaming(ends, place, window).Name(drain.Dns), new DropNaming(ends, place, window).Name(drain.Drops)),
        };
    }

    /// <summary>The window's coverage rows: that it was observed, and every loss that is not zero.</summary>
    /// <param name="place">Where the agent stands.</param>
    /// <param name="incarnation">The stream the file belongs to.</param>
    /// <param name="losses">Losses besides those of the rows.</param>
    public IReadOnlyList<CoverageRecord> Coverage(ObserverPlace place, Guid incarnation, IEnumerable<Loss> losses) =>
    [
        .. new[] { new Loss(CoverageReason.Observed, "flows", Rows.Count) }
            .Concat(LossTotals.Add(LossTotals.None, Losses.Concat(losses)).Select(total => Loss.Of(total.Key, total.Value)))
            .Select(loss => new CoverageRecord
            {
                WindowStart = Window.Start,
                WindowSeconds = Window.Seconds,
                Zone = place.Zone,
                Cluster = place.Cluster,
                Node = place.Node,
                Incarnation = incarnation.ToString("D"),
                Reason = loss.Reason,
                Unit = loss.Unit,
                Amount = loss.Amount,
                Namespace = loss.Namespace,
            }),
    ];

    private static FlowEnd RemoteOf(FlowRecord row) => row.Observer == FlowObserver.Client ? row.Server : row.Client;
}
