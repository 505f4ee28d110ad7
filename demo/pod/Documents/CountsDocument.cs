namespace FlowLake.Demo.Pod.Documents;

/// <summary>What one pod sent and received, counted where the socket calls returned.</summary>
public sealed record CountsDocument
{
    public required string Pod { get; init; }

    /// <summary>Payload by peer and protocol.</summary>
    public required IReadOnlyList<PeerPayload> Peers { get; init; }

    /// <summary>Answers or calls completed.</summary>
    public long Completed { get; set; }

    /// <summary>Connections that broke, or calls without an answer: their payload may be counted differently at both ends.</summary>
    public long Failed { get; set; }

    /// <summary>Datagrams that were not answered in time (clients only).</summary>
    public long DatagramsUnanswered { get; set; }

    /// <summary>Datagrams the kernel dropped at a socket of this pod's network namespace.</summary>
    public long DatagramsDropped { get; set; }
}

/// <param name="Peer">The other pod: its name where the client knows it, else its address (an IPv4 one as IPv4, also where a dual-stack socket saw it).</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="Sent">Payload bytes sent to the peer.</param>
/// <param name="Received">Payload bytes received from the peer.</param>
public sealed record PeerPayload(string Peer, string Protocol, long Sent, long Received);
