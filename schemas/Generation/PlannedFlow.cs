using FlowLake.Schemas.Flows;

namespace FlowLake.Schemas.Generation;

/// <summary>Who talks to whom, and how much on average: what a window's conversation is drawn from.</summary>
public sealed record PlannedFlow
{
    /// <summary>Tells the flow from all others of its plan; its chance follows from it.</summary>
    public required ulong Key { get; init; }

    public required FlowEnd Client { get; init; }

    /// <summary>The end that really answers.</summary>
    public required FlowEnd Server { get; init; }

    /// <summary>The Service the client calls, which is all that its agent sees of the server; null where it calls the server itself.</summary>
    public FlowEnd? Service { get; init; }

    /// <summary>Port of the Service, where one stands in front of the server.</summary>
    public int? ServicePort { get; init; }

    public required int ServerPort { get; init; }

    /// <summary>IANA number of the protocol.</summary>
    public required byte Protocol { get; init; }

    public required double CallsPerSecond { get; init; }

    /// <summary>Median payload of a call to the server, in bytes.</summary>
    public required double RequestBytes { get; init; }

    /// <summary>Median payload of an answer.</summary>
    public required double ResponseBytes { get; init; }

    /// <summary>Connections a call opens: 1 without keep-alive, 0 for a stream that stays open.</summary>
    public required double ConnectionsPerCall { get; init; }

    /// <summary>Standard deviation of the logarithm of calls and of bytes, from window to window.</summary>
    public required double Spread { get; init; }

    /// <summary>Median round trip in microseconds; 0 where none is measured, as for UDP.</summary>
    public double RoundTripUs { get; init; }

    /// <summary>Share of segments that are lost.</summary>
    public double LossRate { get; init; }
}
