using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Ingest.Batches;

/// <summary>Files of a stream that a commit passes without having seen them.</summary>
/// <param name="Gap">Which.</param>
/// <param name="NextPutAt">When the file after them was put: they had been put before.</param>
public sealed record LostFiles(SequenceGap Gap, DateTimeOffset NextPutAt)
{
    /// <summary>The row that says it. Zone and cluster are not known.</summary>
    /// <param name="earliest">The beginning of the retention: no row may be older.</param>
    public CoverageRecord Coverage(DateTimeOffset earliest) => new()
    {
        WindowStart = NextPutAt > earliest ? NextPutAt : earliest,
        WindowSeconds = 0,
        Node = Gap.Stream.Node,
        Incarnation = $"{Gap.Stream.Incarnation:D}",
        Reason = CoverageReason.SequenceGap,
        Unit = "files",
        Amount = Gap.Missing,
    };
}
