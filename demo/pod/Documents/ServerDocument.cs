namespace FlowLake.Demo.Pod.Documents;

/// <summary>What a server pod is told: who and where it is, and what it listens on.</summary>
/// <remarks>What has a default has a setter: the generated reader overwrites the default of an init-only property that the JSON leaves out.</remarks>
public sealed record ServerDocument
{
    public required string Pod { get; init; }

    public required string Node { get; init; }

    public required string Zone { get; init; }

    /// <summary>Addresses to listen on, at least one. <c>::</c> alone with <see cref="DualStack"/> serves both families through one socket.</summary>
    public required IReadOnlyList<string> Listen { get; init; }

    /// <summary>True where an IPv6 socket takes IPv4 peers as well. The default is false: a family, a socket.</summary>
    public bool DualStack { get; set; }

    /// <summary>TCP port of the HTTP service; 0 takes a free one. The default is 8080.</summary>
    public int HttpPort { get; set; } = 8080;

    /// <summary>UDP port of the echo service; 0 takes a free one. Below the ephemeral ports, so that both observers agree which end serves. The default is 9000.</summary>
    public int UdpPort { get; set; } = 9000;

    /// <summary>Where the counts are written at a graceful stop.</summary>
    public required string CountsFile { get; init; }
}
