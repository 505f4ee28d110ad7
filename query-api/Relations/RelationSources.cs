using FlowLake.Schemas.Costs;
using FlowLake.Schemas.Rollups;
using FlowLake.Schemas.Tables;

namespace FlowLake.QueryApi.Relations;

/// <summary>What the SELECTs of relations read: rows within some bounds, as SELECTs in parentheses.</summary>
/// <remarks>A bound is on the relation's column; it holds for the table's column of the same name, which is handed through as it is.</remarks>
public abstract class RelationSources
{
    private protected RelationSources(RowScope scope, PriceList prices) => (Scope, Prices) = (scope, prices);

    /// <summary>The rows that may be seen; no other row comes out of here, but from <see cref="AllFiles"/>.</summary>
    public RowScope Scope { get; }

    /// <summary>What traffic between zones costs.</summary>
    public PriceList Prices { get; }

    /// <summary>The row behind which the rows begin, for relations with an order of scanning; null for the first.</summary>
    internal virtual ScanPosition? After => null;

    /// <summary>The same without <see cref="After"/>.</summary>
    internal virtual RelationSources FromTheStart => this;

    /// <summary>The rows of a table, with their key where they have one.</summary>
    public abstract string Files(TableDefinition table);

    /// <summary>All rows of a table, whatever the bounds and the scope: for what is asked beside the relation's own rows, and is not shown.</summary>
    public abstract string AllFiles(TableDefinition table);

    /// <summary>A rollup's stored sums, with the columns of its parts: those of days that need no adding up (<see cref="RollupDays.Whole"/>), with <see cref="RollupTraffic"/>, or all others. Null where no file has any.</summary>
    public abstract string? Sums(RollupDefinition rollup, bool ofWholeDays);

    /// <summary>The rows of flows that a rollup does not cover, with the columns it is made of. Null where no file has any.</summary>
    public abstract string? Tail(RollupDefinition rollup, TableDefinition flows);

    /// <summary>A time some seconds after another.</summary>
    public abstract string SecondsAfter(string time, string seconds);
}
