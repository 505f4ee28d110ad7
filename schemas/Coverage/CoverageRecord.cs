using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlowLake.Schemas.Coverage;

/// <summary>
/// One row of the table <c>coverage</c>: what one agent says of one window's completeness.
/// Every window has at least the row <see cref="CoverageReason.Observed"/>, also when it held no flows, so a missing row means a missing agent.
/// </summary>
public sealed record CoverageRecord
{
    public required DateTimeOffset WindowStart { get; init; }

    public required int WindowSeconds { get; init; }

    public string? Zone { get; init; }

    public string? Cluster { get; init; }

    public required string Node { get; init; }

    /// <summary>The agent's incarnation: the stream the file belongs to.</summary>
    public required string Incarnation { get; init; }

    /// <summary>Why something is missing or uncertain; one of <see cref="CoverageReason"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>"flows", "connections", "bytes", "packets", "events", "files", "seconds": what <see cref="Amount"/> counts.</summary>
    public required string Unit { get; init; }

    public required long Amount { get; init; }

    /// <summary>The namespace the row is about; null where it is about the node.</summary>
    public string? Namespace { get; init; }

    /// <summary>Members that a newer agent wrote and this FlowLake has no definition of; null where there are none.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? NewerMembers { get; set; }
}
