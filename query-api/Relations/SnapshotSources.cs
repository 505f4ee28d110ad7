using System.Collections.Immutable;
using FlowLake.Lake.Replicas;
using FlowLake.Lake.Rollups;
using FlowLake.Schemas.Costs;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Rollups;
using FlowLake.Schemas.Tables;

namespace FlowLake.QueryApi.Relations;

/// <summary>The data files of one snapshot that can hold rows within some bounds, as the engine reads them.</summary>
/// <remarks>Where one of these files is not on this machine, <see cref="RowsNotHereException"/> is thrown: an answer has every row or is none.</remarks>
internal sealed class SnapshotSources(LakeSnapshot snapshot, RowScope scope, Relation relation, RowBounds bounds, ScanPosition? after, PartitionLinks links, PriceList prices) : RelationSources(scope, prices)
{
    internal override ScanPosition? After => after;

    internal override RelationSources FromTheStart => new SnapshotSources(snapshot, Scope, relation, bounds, after: null, links, Prices);

    public override string Files(TableDefinition table) => Scope.Select(table, $"({FileView.Keyed(table, Read(table, IsOfKey, bounds), links, after)})");

    public override string AllFiles(TableDefinition table) => $"({FileView.Keyed(table, Read(table, _ => true, RowBounds.None), links, after: null)})";

    public override string? Sums(RollupDefinition rollup, bool ofWholeDays)
    {
        var days = snapshot.WholeDays(rollup);
        return Some(rollup.Table, ofWholeDays ? [.. rollup.PartColumns, .. RollupTraffic.All] : [.. rollup.PartColumns], add => (RollupDays.DateOf(add) is { } date && days.Contains(date)) == ofWholeDays, bounds);
    }

    public override string? Tail(RollupDefinition rollup, TableDefinition flows)
    {
        var mark = RollupPlan.Mark(snapshot.Table(rollup.Table));
        return Some(flows, RollupSql.ColumnsRead(rollup), add => DataVersion.Of(add) > mark, FilePruning.HourAsWindowStart(bounds));
    }

    public override string SecondsAfter(string time, string seconds) => $"{time} + to_seconds({seconds})";

    // A key is the name of the row's file and what follows it.
    private bool IsOfKey(AddAction add) =>
        bounds.Of(Relation.KeyColumn)?.Low?.Text is not { } key || key.StartsWith(Path.GetFileNameWithoutExtension(DeltaPath.Decode(add.Path)) + "-", StringComparison.Ordinal);

    private string? Some(TableDefinition table, IReadOnlyCollection<Column> columns, Func<AddAction, bool> isRead, RowBounds within)
    {
        var files = Read(table, isRead, within);
        return files.Length == 0 ? null : Scope.Select(table, $"({FileView.Some(table, columns, files, links)})");
    }

    private ReplicaFile[] Read(TableDefinition table, Func<AddAction, bool> isRead, RowBounds within)
    {
        var own = FilePruning.Of(table, within);
        var replica = snapshot.Replica(table);
        ImmutableArray<AddAction> missing = [.. replica.Coming.Concat(replica.Left).Where(add => isRead(add) && FilePruning.MayHold(table, add, own))];
        if (!missing.IsEmpty || !replica.IsRead)
            throw NotHere(replica, isRead, missing);
        return [.. replica.Files.Where(file => isRead(file.Add) && FilePruning.MayHold(table, file.Add, own))];
    }

    private RowsNotHereException NotHere(ReplicaTable replica, Func<AddAction, bool> isRead, ImmutableArray<AddAction> missing)
    {
        var newest = replica.Missing.Where(file => isRead(file.Add)).Select(file => file.Newest).DefaultIfEmpty(DateTimeOffset.MaxValue).Max();
        var left = replica.Left.Select(add => add.Path).ToHashSet();
        var rows = new RowsNotHere(relation.Name, relation.TimeColumn, relation.After(newest), !missing.Any(add => left.Contains(add.Path)), AthenaSources.Statement(relation, bounds));
        return new RowsNotHereException(rows, missing.IsEmpty ? null : new MissingFiles(replica.Table, missing));
    }
}
