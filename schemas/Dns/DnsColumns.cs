using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Tables;
using Make = FlowLake.Schemas.Tables.ColumnsOf<FlowLake.Schemas.Dns.DnsRecord>;

namespace FlowLake.Schemas.Dns;

/// <summary>The one definition of the DNS record, as <see cref="FlowColumns"/> is of the flow record.</summary>
public static class DnsColumns
{
    /// <summary>The table <c>dns</c>.</summary>
    public static readonly TableDefinition Table = new(
        "dns",
        [
            Make.Timestamp("window_start", "Start of the window in which the queries ended, included; UTC.", row => row.WindowStart),
            Make.Boolean("is_primary", "True on exactly one of the rows of a query that both ends saw: filter by it and each query counts once.", row => row.IsPrimary),
            Make.String("query_name", "Name asked for, in lower case and without the last dot; cut and ending in … beyond 128 bytes; null where the kernel had no room for it.", row => row.QueryName),
            Make.String("query_type", "Type asked for: A, AAAA, SRV, ... or TYPE and its number; null where the name was cut or lost.", row => row.QueryType),
            Make.String("response_code", "Response code: NOERROR, NXDOMAIN, SERVFAIL, ... or RCODE and its number; null where nobody answered.", row => row.ResponseCode),
            Make.String("client_namespace", "Kubernetes namespace of the client.", row => row.Client.Namespace),
            Make.String("client_workload", "Workload of the client.", row => row.Client.Workload),
            Make.String("server_namespace", "Kubernetes namespace of the server.", row => row.Server.Namespace),
            Make.String("server_workload", "Workload of the server.", row => row.Server.Workload),
            Make.String("client_zone", "Availability zone of the client.", row => row.Client.Zone),
            Make.String("server_zone", "Availability zone of the server.", row => row.Server.Zone),
            Make.String("client_pod", "Pod of the client.", row => row.Client.Pod),
            Make.String("server_pod", "Pod of the server.", row => row.Server.Pod),
            Make.String("server_service", "Service the server is, or is an endpoint of.", row => row.Server.Service),
            Make.String("node", "Node of the agent that wrote the row.", row => row.Node),
            Make.String("observer", "The end that counted: client or server.", row => FlowWords.Of(row.Observer)),
            Make.Date("date", "UTC day of window_start.", row => DateOnly.FromDateTime(row.WindowStart.UtcDateTime)),
            Make.String("zone", "Availability zone of the end that observed the queries.", row => row.Zone),
            Make.Int32("window_seconds", "seconds", "Length of the window.", row => row.WindowSeconds),
            Make.String("cluster", "Name of the cluster.", row => row.Cluster),
            Make.String("client_kind", "What the client is: pod, node, service, external or unknown.", row => FlowWords.Of(row.Client.Kind)),
            Make.String("client_ip", "Address of the client.", row => row.Client.Ip),
            Make.String("client_node", "Node of the client.", row => row.Client.Node),
            Make.String("server_kind", "What the server is: pod, node, service, external or unknown.", row => FlowWords.Of(row.Server.Kind)),
            Make.String("server_ip", "Address of the server as the observer saw it.", row => row.Server.Ip),
            Make.String("server_node", "Node of the server.", row => row.Server.Node),
            Make.Int64("queries", "queries", "Queries that ended so.", row => row.Queries),
            Make.Int64("latency_us_sum", "microseconds", "Sum of the times from query to answer as the observer saw both; divide by latency_count for the mean.", row => row.LatencyUsSum),
            Make.Int64("latency_count", "queries", "Answered queries.", row => row.LatencyCount),
            Make.Int64("latency_us_min", "microseconds", "Shortest time from query to answer, to 4 significant bits.", row => row.LatencyUsMin),
            Make.Int64("latency_us_max", "microseconds", "Longest time from query to answer, to 4 significant bits.", row => row.LatencyUsMax),
        ],
        PartitionColumns: ["date", "zone"],
        SortOrder: ["is_primary DESC", "query_name", "client_workload", "window_start"]);
}
