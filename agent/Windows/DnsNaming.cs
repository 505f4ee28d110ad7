using FlowLake.Agent.Bpf;
using FlowLake.Schemas.Dns;
using FlowLake.Schemas.Flows;

namespace FlowLake.Agent.Windows;

/// <summary>Turns the DNS queries the kernel followed into rows, with the ends named and the primary row chosen as for flows.</summary>
internal sealed class DnsNaming(EndNaming ends, ObserverPlace place, FlowWindow window)
{
    private const int DnsPort = 53;

    /// <summary>The rows; what differs in nothing but its figures, as two containers of one pod give it, is one row.</summary>
    public IReadOnlyList<DnsRecord> Name(IEnumerable<DnsEntry> entries)
    {
        var merged = new Dictionary<DnsRecord, DnsRecord>();
        foreach (var row in entries.Select(Name))
        {
            var identity = row with { Queries = 0, LatencyUsSum = 0, LatencyCount = 0, LatencyUsMin = null, LatencyUsMax = null };
            merged[identity] = merged.TryGetValue(identity, out var earlier) ? Add(earlier, row) : row;
        }

        return [.. merged.Values];
    }

    private DnsRecord Name(DnsEntry entry)
    {
        var local = ends.Local(entry.Cgroup, EndNaming.KeyOf(entry.Local));
        var remote = ends.Remote(EndNaming.KeyOf(entry.Remote));
        var isServer = entry.Role == FlowRole.Server;
        var (client, server) = isServer ? (remote, local) : (local, remote);
        var observer = isServer ? FlowObserver.Server : FlowObserver.Client;
        return new DnsRecord
        {
            WindowStart = window.Start,
            WindowSeconds = window.Seconds,
            Zone = place.Zone,
            Cluster = place.Cluster,
            Node = place.Node,
            Observer = observer,
            IsPrimary = PrimaryRule.IsPrimary(observer, ends.ObservationOf(server)),
            Client = client.End with { Service = ends.ServiceOf(client) },
            Server = server.End with { Service = server.End.Service ?? ends.ServiceTo(server, DnsPort, FlowProtocol.Udp).Service?.Name ?? ends.ServiceOf(server) },
            QueryName = entry.QueryName,
            QueryType = entry.QueryType is { } type ? DnsWords.Type(type) : null,
            ResponseCode = entry.ResponseCode is { } code ? DnsWords.ResponseCode(code) : null,
            Queries = entry.Queries,
            LatencyUsSum = entry.LatencyUsSum,
            LatencyCount = entry.LatencyCount,
            LatencyUsMin = entry.LatencyUsMin is { } least ? SignificantBits.Down(least) : null,
            LatencyUsMax = entry.LatencyUsMax is { } most ? SignificantBits.Up(most) : null,
        };
    }

    private static DnsRecord Add(DnsRecord one, DnsRecord other) => one with
    {
        Queries = one.Queries + other.Queries,
        LatencyUsSum = one.LatencyUsSum + other.LatencyUsSum,
        LatencyCount = one.LatencyCount + other.LatencyCount,
        LatencyUsMin = one.LatencyUsMin is { } min && other.LatencyUsMin is { } otherMin ? Math.Min(min, otherMin) : one.LatencyUsMin ?? other.LatencyUsMin,
        LatencyUsMax = one.LatencyUsMax is { } max && other.LatencyUsMax is { } otherMax ? Math.Max(max, otherMax) : one.LatencyUsMax ?? other.LatencyUsMax,
    };
}
