using FlowLake.Schemas.Flows;

namespace FlowLake.Schemas.Dns;

/// <summary>
/// One row of the table <c>dns</c>: queries of one client to one server for one name and type, with one outcome, that ended in one window. A query
/// ends with its answer, or when nobody answered in time. Client and server have the meaning they have in <see cref="FlowRecord"/>.
/// </summary>
public sealed record DnsRecord
{
    public required DateTimeOffset WindowStart { get; init; }

    public required int WindowSeconds { get; init; }

    public string? Zone { get; init; }

    public string? Cluster { get; init; }

    public required string Node { get; init; }

    public required FlowObserver Observer { get; init; }

    public required bool IsPrimary { get; init; }

    public required FlowEnd Client { get; init; }

    public required FlowEnd Server { get; init; }

    /// <summary>Null where the kernel had no room for the name.</summary>
    public string? QueryName { get; init; }

    /// <summary>As <see cref="DnsWords.Type"/> writes it.</summary>
    public string? QueryType { get; init; }

    /// <summary>As <see cref="DnsWords.ResponseCode"/> writes it; null where nobody answered.</summary>
    public string? ResponseCode { get; init; }

    public long Queries { get; init; }

    public long LatencyUsSum { get; init; }

    public long LatencyCount { get; init; }

    public long? LatencyUsMin { get; init; }

    public long? LatencyUsMax { get; init; }
}
