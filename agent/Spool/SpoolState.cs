using System.Collections.Immutable;

namespace FlowLake.Agent.Spool;

/// <summary>What a spool remembers besides its files: <c>stream.json</c>. Written whole and durably at every change.</summary>
internal sealed record SpoolState
{
    public const string FileName = "stream.json";

    public required string Node { get; init; }

    /// <summary>The stream's UUIDv7, made with the folder.</summary>
    public required Guid Incarnation { get; init; }

    /// <summary>The last sequence number the store has for certain; 0 before the first.</summary>
    public long LastAcknowledged { get; init; }

    /// <summary>A file that is being dropped: it counts as dropped already, and goes as soon as it is seen.</summary>
    public string? Dropping { get; init; }

    /// <summary>Files that become one file.</summary>
    public SpoolMerge? Merging { get; init; }

    /// <summary>Everything that went with dropped files, by reason and unit; it only grows.</summary>
    public ImmutableSortedDictionary<string, long> Dropped { get; init; } = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    public SpoolReport Reported { get; init; } = new();
}

/// <summary>A merge under way: once the file of the sequence number is there, its sources are superfluous.</summary>
internal sealed record SpoolMerge(long Sequence, ImmutableArray<string> Sources);
