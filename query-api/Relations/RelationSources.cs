using FlowLake.Schemas.Costs;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Rollups;
using FlowLake.Schemas.Tables;

namespace FlowLake.QueryApi.Relations;

/// <summary>What the SELECTs of relations read: the data files of one snapshot, as SELECTs in parentheses.</summary>
public sealed class RelationSources
{
    private readonly LakeSnapshot snapshot;
    private readonly PartitionLinks links;

    internal RelationSources(LakeSnapshot snapshot, PartitionLinks links, PriceList prices) => (this.snapshot, this.links, Prices) = (snapshot, links, prices);

    /// <summary>What traffic between zones costs.</summary>
    public PriceList Prices { get; }

    /// <summary>All rows of a table, with their key.</summary>
    public string Files(TableDefinition table) => $"({FileView.Select(table, snapshot.Files(table), links)})";

    /// <summary>The stored sums of a rollup.</summary>
    public string Sums(RollupDefinition rollup) => Files(rollup.Table);

    /// <summary>The rows of flows that a rollup does not cover.</summary>
    public string Tail(RollupDefinition rollup, TableDefinition flows)
    {
        var mark = RollupPlan.Mark(snapshot.Table(rollup.Table));
        return $"({FileView.Select(flows, snapshot.Files(flows).Where(file => DataVersion.Of(file.Add) > mark), links)})";
    }
}
