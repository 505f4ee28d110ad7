using FlowLake.Schemas.Tables;
using Make = FlowLake.Schemas.Tables.ColumnsOf<FlowLake.Schemas.Drops.DropRecord>;

namespace FlowLake.Schemas.Drops;

/// <summary>The one definition of the drop record, as <see cref="Flows.FlowColumns"/> is of the flow record.</summary>
public static class DropColumns
{
    /// <summary>The table <c>drops</c>.</summary>
    public static readonly TableDefinition Table = new(
        "drops",
        [
            Make.Timestamp("window_start", "Start of the window, included; UTC.", row => row.WindowStart),
            Make.String("reason", "Why the kernel dropped the packets, by its own name: NO_SOCKET, TCP_CSUM, ...; NOT_SPECIFIED where it gives none. What it frees without a reason though nothing is lost (bare acknowledgements and FINs that TCP took, multicast nobody listens to) is not here.", row => row.Reason),
            Make.String("namespace", "Kubernetes namespace of the pod whose socket the packets belonged to; null where no socket is known.", row => row.Namespace),
            Make.String("workload", "Workload of that pod.", row => row.Workload),
            Make.String("pod", "That pod.", row => row.Pod),
            Make.String("protocol", "IP protocol: tcp, udp, icmp, ... or its IANA number; null where the packet did not say.", row => row.Protocol),
            Make.String("node", "Node whose kernel dropped them.", row => row.Node),
            Make.Int64("packets", "packets", "Packets dropped.", row => row.Packets),
            Make.Int64("bytes", "bytes", "Their bytes.", row => row.Bytes),
            Make.Int32("window_seconds", "seconds", "Length of the window.", row => row.WindowSeconds),
            Make.Date("date", "UTC day of window_start.", row => DateOnly.FromDateTime(row.WindowStart.UtcDateTime)),
            Make.String("zone", "Availability zone of the node.", row => row.Zone),
            Make.String("cluster", "Name of the cluster.", row => row.Cluster),
            Make.String("workload_kind", "Kind of that workload.", row => row.WorkloadKind),
        ],
        PartitionColumns: ["date", "zone"],
        SortOrder: ["reason", "namespace", "workload", "window_start"]);
}
