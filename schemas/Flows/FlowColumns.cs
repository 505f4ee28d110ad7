using System.Collections.Immutable;
using FlowLake.Schemas.Tables;
using Make = FlowLake.Schemas.Tables.ColumnsOf<FlowLake.Schemas.Flows.FlowRecord>;

namespace FlowLake.Schemas.Flows;

/// <summary>
/// The one definition of the flow record. Parquet files, the table's schema in its log, SQL, OData and the documentation derive from it.
/// To add a column: 1. a member of <see cref="FlowRecord"/>; 2. a column here, after all others, with its unit and meaning;
/// 3. one more <see cref="TableDefinition.SchemaGeneration"/>; 4. a line in CHANGELOG.md. Nothing else names columns one by one.
/// </summary>
/// <remarks>
/// Statistics are kept for the first <see cref="TableDefinition.IndexedColumns"/> columns, so what people filter by comes first.
/// Only figures that add up are stored; averages and shares are computed by views.
/// </remarks>
public static class FlowColumns
{
    /// <summary>The UTC day of a row, a partition. Set by ingest from <c>window_start</c>, so it is in no inbox file.</summary>
    public static readonly Column Date = Make.Date("date", "UTC day of window_start.", flow => DateOnly.FromDateTime(flow.WindowStart.UtcDateTime));

    /// <summary>The zone of the observer's end, a partition.</summary>
    public static readonly Column Zone = Make.String("zone", "Availability zone of the end that observed the flow.", flow => flow.Zone);

    /// <summary>Every column in the order of the table.</summary>
    public static readonly ImmutableArray<Column> All =
    [
        Make.Timestamp("window_start", "Start of the window, included; UTC.", flow => flow.WindowStart),
        Make.Boolean("is_primary", "True on exactly one of the rows of a connection that both ends saw: filter by it and each byte counts once.", flow => flow.IsPrimary),
        Make.String("client_namespace", "Kubernetes namespace of the client.", flow => flow.Client.Namespace),
        Make.String("client_workload", "Workload (Deployment, StatefulSet, DaemonSet, Job, ...) of the client.", flow => flow.Client.Workload),
        Make.String("server_namespace", "Kubernetes namespace of the server.", flow => flow.Server.Namespace),
        Make.String("server_workload", "Workload of the server.", flow => flow.Server.Workload),
        Make.String("client_zone", "Availability zone of the client.", flow => flow.Client.Zone),
        Make.String("server_zone", "Availability zone of the server.", flow => flow.Server.Zone),
        Make.String("client_pod", "Pod of the client.", flow => flow.Client.Pod),
        Make.String("server_pod", "Pod of the server.", flow => flow.Server.Pod),
        Make.Int32("server_port", null, "Port the server listens on; 0 where the protocol has no ports.", flow => flow.ServerPort),
        Make.String("protocol", "IP protocol: tcp, udp, icmp, ... or its IANA number.", flow => flow.Protocol),
        Make.String("client_ip", "Address of the client.", flow => flow.Client.Ip),
        Make.String("server_ip", "Address of the server as the observer saw it.", flow => flow.Server.Ip),
        Make.String("node", "Node of the agent that wrote the row.", flow => flow.Node),
        Make.String("observer", "The end that counted: client or server.", flow => FlowWords.Of(flow.Observer)),
        Date,
        Zone,
        Make.Int32("window_seconds", "seconds", "Length of the window; shorter than the setting when an agent started or stopped in it.", flow => flow.WindowSeconds),
        Make.String("region", "Cloud region of the observer.", flow => flow.Region),
        Make.String("cluster", "Name of the cluster.", flow => flow.Cluster),
        Make.Int32("service_port", null, "Port of the Service in front of the server, where there is one.", flow => flow.ServicePort),
        Make.String("client_kind", "What the client is: pod, node, service, external or unknown.", flow => FlowWords.Of(flow.Client.Kind)),
        Make.String("client_workload_kind", "Kind of the client's workload.", flow => flow.Client.WorkloadKind),
        Make.String("client_service", "Service the client is an endpoint of.", flow => flow.Client.Service),
        Make.String("client_node", "Node of the client.", flow => flow.Client.Node),
        Make.String("client_zone_id", "Zone id of the client; unlike names, ids are the same in every account.", flow => flow.Client.ZoneId),
        Make.String("server_kind", "What the server is: pod, node, service, external or unknown.", flow => FlowWords.Of(flow.Server.Kind)),
        Make.String("server_workload_kind", "Kind of the server's workload.", flow => flow.Server.WorkloadKind),
        Make.String("server_service", "Service the server is, or is an endpoint of.", flow => flow.Server.Service),
        Make.String("server_node", "Node of the server.", flow => flow.Server.Node),
        Make.String("server_zone_id", "Zone id of the server.", flow => flow.Server.ZoneId),
        Make.Int64("payload_to_server", "bytes", "Application bytes from client to server, each counted once however often it was sent.", flow => flow.PayloadToServer),
        Make.Int64("payload_to_client", "bytes", "Application bytes from server to client.", flow => flow.PayloadToClient),
        Make.Int64("header_bytes_to_server", "bytes", "IP bytes from client to server that are not payload: headers, retransmitted data, handshakes.", flow => flow.HeaderBytesToServer),
        Make.Int64("header_bytes_to_client", "bytes", "IP bytes from server to client that are not payload.", flow => flow.HeaderBytesToClient),
        Make.Int64("packets_to_server", "packets", "Packets from client to server.", flow => flow.PacketsToServer),
        Make.Int64("packets_to_client", "packets", "Packets from server to client.", flow => flow.PacketsToClient),
        Make.Int64("connections_opened", "connections", "Connections established in the window.", flow => flow.ConnectionsOpened),
        Make.Int64("connections_closed", "connections", "Connections that ended in the window.", flow => flow.ConnectionsClosed),
        Make.Int64("connections_failed", "connections", "Connection attempts that were never established.", flow => flow.ConnectionsFailed),
        Make.Int64("retransmits", "segments", "Segments the observer sent again.", flow => flow.Retransmits),
        Make.Int64("segments_lost", "segments", "Segments the observer's TCP judged lost.", flow => flow.SegmentsLost),
        Make.Int64("rto_count", "timeouts", "Retransmission timeouts; 0 on kernels before 6.7.", flow => flow.RtoCount),
        Make.Int64("rto_time_us", "microseconds", "Time spent recovering from retransmission timeouts; 0 on kernels before 6.7.", flow => flow.RtoTimeUs),
        Make.Int64("resets_sent", "resets", "TCP resets the observer sent.", flow => flow.ResetsSent),
        Make.Int64("resets_received", "resets", "TCP resets the observer received.", flow => flow.ResetsReceived),
        Make.Int64("drops", "packets", "Packets of this flow the observer's kernel dropped.", flow => flow.Drops),
        Make.Int64("srtt_us_sum", "microseconds", "Sum of the smoothed round-trip times sampled, to 7 significant bits; divide by srtt_count for the mean.", flow => flow.SrttUsSum),
        Make.Int64("srtt_count", "samples", "Round-trip samples in srtt_us_sum.", flow => flow.SrttCount),
        Make.Int64("srtt_us_min", "microseconds", "Smallest smoothed round-trip time sampled, to 4 significant bits.", flow => flow.SrttUsMin),
        Make.Int64("srtt_us_max", "microseconds", "Largest smoothed round-trip time sampled, to 4 significant bits.", flow => flow.SrttUsMax),
        Make.Boolean("estimated", "True where header bytes are computed from segment counts.", flow => flow.Estimated),
    ];

    /// <summary>The table <c>flows</c>.</summary>
    public static readonly TableDefinition Table = new(
        "flows",
        All,
        PartitionColumns: ["date", "zone"],
        // Primary rows first: sums over them read a contiguous part of the file (16 ms against 44 ms measured). Within a pair of ends rows that are alike and not
        // those that follow each other: packets, headers and connections then take 2.8 bytes a row less, and the time 1.2 more. A part of a file holds whole days of
        // many pairs either way, so no reader could pass over times in it.
        SortOrder:
        [
            "is_primary DESC", "client_workload", "server_workload", "client_pod", "server_pod", "client_ip", "server_ip", "server_port",
            "connections_opened", "packets_to_server", "packets_to_client", "window_start",
        ]);
}
