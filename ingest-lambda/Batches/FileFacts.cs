using System.Collections.Immutable;

namespace FlowLake.Ingest.Batches;

/// <summary>What one inbox file holds for one partition of a table.</summary>
/// <param name="File">The file.</param>
/// <param name="Partition">Values of the table's partition columns as text, in their order; null is the null partition.</param>
/// <param name="Rows">Rows, at least 1.</param>
/// <param name="WindowStarts">Rows whose window_start is there.</param>
/// <param name="FirstWindowStart">The earliest window_start in microseconds since 1970.</param>
/// <param name="LastWindowStart">The latest.</param>
/// <param name="Nodes">Rows whose node is there.</param>
/// <param name="FirstNode">The first of the rows' nodes in the order of text.</param>
/// <param name="LastNode">The last of them.</param>
/// <param name="Misplaced">Rows whose zone is not the one of the end that observed them.</param>
public sealed record FileFacts(
    LocalFile File,
    ImmutableArray<string?> Partition,
    long Rows,
    long WindowStarts,
    long? FirstWindowStart,
    long? LastWindowStart,
    long Nodes,
    string? FirstNode,
    string? LastNode,
    long Misplaced);
