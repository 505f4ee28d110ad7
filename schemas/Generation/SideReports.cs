using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Dns;
using FlowLake.Schemas.Drops;
using FlowLake.Schemas.Flows;

namespace FlowLake.Schemas.Generation;

/// <summary>What the agents of a made-up cluster tell beside flows: what they observed, names asked for, packets dropped. An agent is silent for an hour now and then. Pure.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="seed">Equal seeds make equal reports.</param>
public sealed class SideReports(GeneratedCluster cluster, ulong seed)
{
    /// <summary>The incarnation of agents that shipped no file.</summary>
    public const string Incarnation = "generated";

    private const ulong SilenceStream = 8;
    private const ulong DropStream = 9;
    private const ulong DnsStream = 10;
    private const int DaysPerSilence = 20;
    private const int WindowsPerDrop = 5;

    // Those with a socket are some pod's, the rest the node's own.
    private static readonly (string Reason, string Protocol, bool HasSocket)[] reasons =
    [
        ("NO_SOCKET", "tcp", false), ("NO_SOCKET", "udp", false), ("NETFILTER_DROP", "tcp", false), ("TCP_CSUM", "tcp", false),
        ("SOCKET_RCVBUFF", "udp", true), ("TCP_OVERWINDOW", "tcp", true), ("TCP_OLD_SEQUENCE", "tcp", true),
    ];

    private readonly Dictionary<string, int> numbers = cluster.Nodes.Select((node, number) => (node.Name, number)).ToDictionary();

    /// <summary>Whether a node's agent wrote nothing of a window. What only it sees is in no row.</summary>
    public bool IsSilent(string node, DateTimeOffset start)
    {
        var day = start.UtcTicks / TimeSpan.TicksPerDay;
        var random = new SeededRandom(seed, SilenceStream, (ulong)numbers[node], (ulong)day);
        return random.Next(DaysPerSilence) == 0 && random.Next(24) == start.UtcDateTime.Hour;
    }

    /// <summary>What an agent says of a window.</summary>
    public static CoverageRecord Observed(GeneratedNode node, DateTimeOffset start, int seconds, long rows) => new()
    {
        WindowStart = start,
        WindowSeconds = seconds,
        Zone = node.Zone,
        Cluster = ClusterPlan.ClusterName,
        Node = node.Name,
        Incarnation = Incarnation,
        Reason = CoverageReason.Observed,
        Unit = "flows",
        Amount = rows,
    };

    /// <summary>What a node's kernel dropped in a window: mostly nothing.</summary>
    public IEnumerable<DropRecord> Drops(GeneratedNode node, DateTimeOffset start, int seconds)
    {
        var random = new SeededRandom(seed, DropStream, (ulong)numbers[node.Name], (ulong)start.UtcTicks);
        if (random.Next(WindowsPerDrop) != 0)
            yield break;
        var (reason, protocol, hasSocket) = reasons[random.Next(reasons.Length)];
        var workload = hasSocket ? cluster.Workloads[random.Next(cluster.Workloads.Length)] : null;
        var packets = 1 + random.NextRounded(random.NextLognormal(4, 1.5));
        yield return new DropRecord
        {
            WindowStart = start,
            WindowSeconds = seconds,
            Zone = node.Zone,
            Cluster = ClusterPlan.ClusterName,
            Node = node.Name,
            Reason = reason,
            Protocol = protocol,
            Namespace = workload?.Namespace,
            WorkloadKind = workload is null ? null : "Deployment",
            Workload = workload?.Name,
            Packets = packets,
            Bytes = packets * (60 + random.Next(1_400)),
        };
    }

    /// <summary>The names asked for in a conversation with a DNS server, as the server's agent saw it; none where it is no such conversation. One in twelve asks along the search path first.</summary>
    public IEnumerable<DnsRecord> Dns(Conversation conversation)
    {
        var flow = conversation.Flow;
        if (flow.ServerPort != 53 || conversation.ServerNode is null)
            yield break;
        var random = new SeededRandom(flow.Key, DnsStream, (ulong)conversation.WindowStart.UtcTicks);
        var asked = cluster.Workloads[random.Next(cluster.Workloads.Length)];
        var name = $"{asked.Name}.{asked.Namespace}.svc.cluster.local";
        var queries = Math.Max(1, conversation.PacketsToServer);
        yield return Row(conversation, name, "NOERROR", queries, ref random);
        if (random.Next(12) == 0)
            yield return Row(conversation, $"{name}.{flow.Client.Namespace}.svc.cluster.local", random.Next(30) == 0 ? "SERVFAIL" : "NXDOMAIN", queries, ref random);
    }

    private static DnsRecord Row(Conversation conversation, string name, string responseCode, long queries, ref SeededRandom random)
    {
        var mean = random.NextLognormal(180, 0.5);
        return new DnsRecord
        {
            WindowStart = conversation.WindowStart,
            WindowSeconds = conversation.WindowSeconds,
            Zone = conversation.Flow.Server.Zone,
            Cluster = conversation.Cluster,
            Node = conversation.ServerNode!,
            Observer = FlowObserver.Server,
            IsPrimary = true,
            Client = conversation.Flow.Client,
            Server = conversation.Flow.Server,
            QueryName = name,
            QueryType = "A",
            ResponseCode = responseCode,
            Queries = queries,
            LatencyUsSum = (long)(queries * mean),
            LatencyCount = queries,
            LatencyUsMin = SignificantBits.Down((long)(mean * 0.5)),
            LatencyUsMax = SignificantBits.Up((long)(mean * (1.2 + random.NextDouble()))),
        };
    }
}
