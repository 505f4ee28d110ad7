using FlowLake.Agent.Bpf;
using FlowLake.Schemas.Drops;
using FlowLake.Schemas.Flows;

namespace FlowLake.Agent.Windows;

/// <summary>Turns the packets the kernel dropped into rows, by the pod whose socket they belonged to where the kernel knew it.</summary>
internal sealed class DropNaming(EndNaming ends, ObserverPlace place, FlowWindow window)
{
    public IReadOnlyList<DropRecord> Name(IEnumerable<DropEntry> entries) =>
    [
        .. entries.Select(Name)
            .GroupBy(row => row with { Packets = 0, Bytes = 0 })
            .Select(same => same.Key with { Packets = same.Sum(row => row.Packets), Bytes = same.Sum(row => row.Bytes) }),
    ];

    private DropRecord Name(DropEntry entry)
    {
        var end = entry.Cgroup == 0 ? null : ends.Local(entry.Cgroup, default).End;
        return new DropRecord
        {
            WindowStart = window.Start,
            WindowSeconds = window.Seconds,
            Zone = place.Zone,
            Cluster = place.Cluster,
            Node = place.Node,
            Reason = entry.Reason,
            Protocol = entry.Protocol == 0 ? null : FlowProtocol.Name(entry.Protocol),
            Namespace = end?.Namespace,
            Pod = end?.Pod,
            WorkloadKind = end?.WorkloadKind,
            Workload = end?.Workload,
            Packets = entry.Packets,
            Bytes = entry.Bytes,
        };
    }
}
