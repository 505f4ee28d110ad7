namespace FlowLake.Agent.Bpf;

/// <summary>DNS queries of one client to one server for one name and type, with one outcome. Each query is in one entry, when its answer has come or its time is over.</summary>
public sealed record DnsEntry
{
    private const byte Unanswered = 255;

    /// <summary>Id of the local socket's cgroup.</summary>
    public required ulong Cgroup { get; init; }

    public required FlowAddress Local { get; init; }

    public required FlowAddress Remote { get; init; }

    /// <summary>Which end <see cref="Local"/> is. The server is the one at port 53.</summary>
    public required FlowRole Role { get; init; }

    /// <summary>The name as text, see <see cref="DnsName"/>. Null where the kernel's map was full and the detail is lost.</summary>
    public string? QueryName { get; init; }

    /// <summary>The type's number: 1 is A, 28 is AAAA. Null where the detail is lost or the name was cut.</summary>
    public int? QueryType { get; init; }

    /// <summary>The response code: 0 is NOERROR, 3 is NXDOMAIN. Null: nobody answered within 10 seconds, or before the same query was sent again.</summary>
    public int? ResponseCode { get; init; }

    public long Queries { get; init; }

    /// <summary>Sum over answered queries of the time from query to answer, in microseconds, as the local end saw both; each is at least 1.</summary>
    public long LatencyUsSum { get; init; }

    /// <summary>Answered queries.</summary>
    public long LatencyCount { get; init; }

    /// <summary>Null where there was no answer.</summary>
    public long? LatencyUsMin { get; init; }

    /// <summary>Null where there was no answer.</summary>
    public long? LatencyUsMax { get; init; }

    internal static DnsEntry Of(in PinnedDnsKey key, in PinnedDnsCounters counters)
    {
        var isFolded = key.Local.IsNone && key.Remote.IsNone;
        var answered = counters.LatencyCount > 0;
        return new DnsEntry
        {
            Cgroup = key.Cgroup,
            Local = key.Local,
            Remote = key.Remote,
            Role = key.Role,
            QueryName = isFolded ? null : DnsName.Text(key.NameBytes),
            QueryType = key.Type == 0 ? null : key.Type,
            ResponseCode = key.ResponseCode == Unanswered ? null : key.ResponseCode,
            Queries = counters.Queries,
            LatencyUsSum = counters.LatencyUsSum,
            LatencyCount = counters.LatencyCount,
            LatencyUsMin = answered ? counters.LatencyUsMin : null,
            LatencyUsMax = answered ? counters.LatencyUsMax : null,
        };
    }
}
