using FlowLake.Schemas.Flows;

namespace FlowLake.Schemas.Generation;

/// <summary>Round trips as one observer measured them, in microseconds.</summary>
public readonly record struct RoundTrips(long Samples, long SumUs, long MinUs, long MaxUs);

/// <summary>One flow in one window: the truth, of which each observed end writes a row.</summary>
public sealed record Conversation
{
    private const int HeaderBytes = 52;
    private const int DatagramHeaderBytes = 28;
    private const int SegmentBytes = 1_448;

    public required PlannedFlow Flow { get; init; }

    public required string Cluster { get; init; }

    public required string Region { get; init; }

    public required DateTimeOffset WindowStart { get; init; }

    public required int WindowSeconds { get; init; }

    public required long PayloadToServer { get; init; }

    public required long PayloadToClient { get; init; }

    public required long PacketsToServer { get; init; }

    public required long PacketsToClient { get; init; }

    /// <summary>Segments the client sent again.</summary>
    public required long RetransmitsToServer { get; init; }

    /// <summary>Segments the server sent again.</summary>
    public required long RetransmitsToClient { get; init; }

    public required long ConnectionsOpened { get; init; }

    public required long ConnectionsClosed { get; init; }

    public required long ConnectionsFailed { get; init; }

    public required RoundTrips AtServer { get; init; }

    public required RoundTrips AtClient { get; init; }

    /// <summary>The node whose agent sees the server's end; null where none does.</summary>
    public string? ServerNode => Flow.Server.Node;

    /// <summary>The node whose agent sees the client's end; null where none does.</summary>
    public string? ClientNode => Flow.Client.Node;

    /// <summary>The row of the server's agent. It is primary: it sees real addresses, also behind a Service.</summary>
    public FlowRecord ServerRow() => Row(FlowObserver.Server, Flow.Server, Flow.Server, Flow.ServerPort, AtServer, RetransmitsToClient) with { IsPrimary = true };

    /// <summary>The row of the client's agent: primary where no agent sees the server.</summary>
    public FlowRecord ClientRow()
    {
        var port = Flow.Service is null ? Flow.ServerPort : Flow.ServicePort!.Value;
        return Row(FlowObserver.Client, Flow.Client, Flow.Service ?? Flow.Server, port, AtClient, RetransmitsToServer) with { IsPrimary = ServerNode is null };
    }

    private FlowRecord Row(FlowObserver observer, FlowEnd here, FlowEnd server, int serverPort, RoundTrips roundTrips, long retransmits) => new()
    {
        WindowStart = WindowStart,
        WindowSeconds = WindowSeconds,
        Zone = here.Zone,
        Region = Region,
        Cluster = Cluster,
        Node = here.Node ?? throw new InvalidOperationException($"no agent sees the {observer} of {Flow.Key}"),
        Observer = observer,
        IsPrimary = false,
        Protocol = FlowProtocol.Name(Flow.Protocol),
        ServerPort = serverPort,
        ServicePort = Flow.ServicePort,
        Client = Flow.Client,
        Server = server,
        PayloadToServer = PayloadToServer,
        PayloadToClient = PayloadToClient,
        HeaderBytesToServer = AroundPayload(PacketsToServer, RetransmitsToServer),
        HeaderBytesToClient = AroundPayload(PacketsToClient, RetransmitsToClient),
        PacketsToServer = PacketsToServer + RetransmitsToServer,
        PacketsToClient = PacketsToClient + RetransmitsToClient,
        ConnectionsOpened = ConnectionsOpened,
        ConnectionsClosed = ConnectionsClosed,
        ConnectionsFailed = ConnectionsFailed,
        Retransmits = retransmits,
        SegmentsLost = retransmits - (retransmits / 4),
        RtoCount = retransmits / 10,
        RtoTimeUs = retransmits / 10 * 204_000,
        SrttUsSum = roundTrips.SumUs,
        SrttCount = roundTrips.Samples,
        SrttUsMin = roundTrips.Samples == 0 ? null : roundTrips.MinUs,
        SrttUsMax = roundTrips.Samples == 0 ? null : roundTrips.MaxUs,
        Estimated = Flow.Protocol == FlowProtocol.Tcp,
    };

    private long AroundPayload(long packets, long retransmits) =>
        (packets * (Flow.Protocol == FlowProtocol.Tcp ? HeaderBytes : DatagramHeaderBytes)) + (retransmits * (HeaderBytes + SegmentBytes));
}
