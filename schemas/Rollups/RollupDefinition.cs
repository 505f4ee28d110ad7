using System.Collections.Immutable;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Tables;

namespace FlowLake.Schemas.Rollups;

/// <summary>A table of sums over the primary rows of <c>flows</c>, by hour and some of their columns.</summary>
/// <remarks>
/// Its rows are parts: each commit appends the sums of what it covers, and whoever reads adds up rows of equal dimensions. Late rows so become one more part;
/// compaction adds up those it writes together, so that a settled day needs no adding up (<see cref="RollupDays"/>).
/// </remarks>
/// <param name="Table">The table: date, hour, dimensions, sums, and <see cref="RollupTraffic"/>.</param>
/// <param name="Dimensions">Columns of flows that rows are told apart by, besides the hour.</param>
/// <param name="Sums">Columns of flows that are added up.</param>
public sealed record RollupDefinition(TableDefinition Table, ImmutableArray<Column> Dimensions, ImmutableArray<Column> Sums)
{
    /// <summary>The columns of a part: its date and hour, its dimensions and its sums.</summary>
    public IEnumerable<Column> PartColumns => [FlowColumns.Date, RollupTables.Hour, .. Dimensions, .. Sums];
}
