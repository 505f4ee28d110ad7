using FlowLake.Lake.Replicas;
using FlowLake.Schemas.Costs;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Rollups;
using FlowLake.Schemas.Tables;

namespace FlowLake.QueryApi.Relations;

/// <summary>Finds out how new the rows are that a relation has and this machine has not: it is given to the relation's SELECT in place of files, and notes what that asks for.</summary>
internal sealed class MissingRows : RelationSources
{
    private readonly LakeSnapshot snapshot;
    private DateTimeOffset? newest;

    private MissingRows(LakeSnapshot snapshot, RowScope scope)
        : base(scope, PriceList.Aws) => this.snapshot = snapshot;

    /// <summary>From when on every row of the relation is on this machine; null where none is missing, the end of all time where it is not known.</summary>
    public static DateTimeOffset? From(LakeSnapshot snapshot, RowScope scope, Relation relation)
    {
        var sources = new MissingRows(snapshot, scope);
        relation.Select(sources);
        return sources.newest is { } newest ? relation.After(newest) ?? DateTimeOffset.MaxValue : null;
    }

    public override string Files(TableDefinition table) => Note(snapshot.Replica(table), _ => true);

    public override string AllFiles(TableDefinition table) => Files(table);

    public override string Sums(RollupDefinition rollup, bool ofWholeDays) => Files(rollup.Table);

    public override string Tail(RollupDefinition rollup, TableDefinition flows)
    {
        var mark = RollupPlan.Mark(snapshot.Table(rollup.Table));
        return Note(snapshot.Replica(flows), add => DataVersion.Of(add) > mark);
    }

    public override string SecondsAfter(string time, string seconds) => time;

    private string Note(ReplicaTable replica, Func<AddAction, bool> isRead)
    {
        foreach (var file in replica.Missing.Where(file => isRead(file.Add)))
            newest = newest > file.Newest ? newest : file.Newest;
        return "";
    }
}
