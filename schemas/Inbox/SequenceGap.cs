namespace FlowLake.Schemas.Inbox;

/// <summary>Files of a stream that were never found. Only a table that is told to goes on behind one.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="After">The last sequence before the gap; 0 where the stream's first files are missing.</param>
/// <param name="Before">The first sequence after it.</param>
public readonly record struct SequenceGap(StreamId Stream, long After, long Before)
{
    /// <summary>How many files are missing, at least 1.</summary>
    public long Missing => Before - After - 1;
}
