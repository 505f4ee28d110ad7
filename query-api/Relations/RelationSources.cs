using FlowLake.Lake.Tables;
using FlowLake.Schemas.Costs;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Rollups;
using FlowLake.Schemas.Tables;

namespace FlowLake.QueryApi.Relations;

/// <summary>What the SELECTs of relations read: the data files of one snapshot that can hold rows within some bounds, as SELECTs in parentheses.</summary>
/// <remarks>A bound is on the relation's column; it holds for the table's column of the same name, which is handed through as it is.</remarks>
public sealed class RelationSources
{
    private readonly LakeSnapshot snapshot;
    private readonly RowBounds bounds;
    private readonly PartitionLinks links;

    internal RelationSources(LakeSnapshot snapshot, RowScope scope, RowBounds bounds, ScanPosition? after, PartitionLinks links, PriceList prices) =>
        (this.snapshot, Scope, this.bounds, After, this.links, Prices) = (snapshot, scope, bounds, after, links, prices);

    /// <summary>The rows that may be seen; no other row comes out of here, but from <see cref="AllFiles"/>.</summary>
    public RowScope Scope { get; }

    /// <summary>What traffic between zones costs.</summary>
    public PriceList Prices { get; }

    /// <summary>The row behind which the rows begin, for relations with an order of scanning; null for the first.</summary>
    internal ScanPosition? After { get; }

    /// <summary>The same without <see cref="After"/>.</summary>
    internal RelationSources FromTheStart => new(snapshot, Scope, bounds, after: null, links, Prices);

    /// <summary>The rows of a table, with their key.</summary>
    public string Files(TableDefinition table) => Scope.Select(table, Select(table, snapshot.Files(table), bounds, After));

    /// <summary>All rows of a table, whatever the bounds and the scope: for what is asked beside the relation's own rows, and is not shown.</summary>
    public string AllFiles(TableDefinition table) => Select(table, snapshot.Files(table), RowBounds.None);

    /// <summary>The stored sums of a rollup.</summary>
    public string Sums(RollupDefinition rollup) => Files(rollup.Table);

    /// <summary>The rows of flows that a rollup does not cover.</summary>
    public string Tail(RollupDefinition rollup, TableDefinition flows)
    {
        var mark = RollupPlan.Mark(snapshot.Table(rollup.Table));
        return Scope.Select(flows, Select(flows, snapshot.Files(flows).Where(file => DataVersion.Of(file.Add) > mark), FilePruning.HourAsWindowStart(bounds)));
    }

    private string Select(TableDefinition table, IEnumerable<ReplicaFile> files, RowBounds within, ScanPosition? after = null)
    {
        var own = FilePruning.Of(table, within);
        return $"({FileView.Select(table, files.Where(file => FilePruning.MayHold(table, file.Add, own)), links, after)})";
    }
}
