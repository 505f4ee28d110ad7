namespace FlowLake.QueryApi.Relations;

/// <summary>Which rows of a relation a question reads.</summary>
/// <param name="Bounds">Rows outside of them may be missing.</param>
internal sealed record RowsWanted(RowBounds Bounds)
{
    /// <summary>Whether each row has its key in front.</summary>
    public bool Keyed { get; init; }

    /// <summary>The row behind which they begin, in the order of scanning; null for the first.</summary>
    public ScanPosition? After { get; init; }
}
