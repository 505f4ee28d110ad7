using System.Collections.Immutable;

namespace FlowLake.Schemas.DeltaLog;

/// <summary>Files that go, and files that come in their place with the same rows: a compaction. With <see cref="DataChange"/>, rows that go for good: a retention.</summary>
/// <param name="Removed">Files of the snapshot it was planned on.</param>
/// <param name="Added">The files with their rows, already in the store, each of which says that it changes no data.</param>
/// <param name="DataChange">False where the table's rows stay the same.</param>
public sealed record TableRewrite(ImmutableArray<AddAction> Removed, ImmutableArray<AddAction> Added, bool DataChange)
{
    /// <summary>The commit's actions.</summary>
    /// <param name="now">Written as the time of the removal.</param>
    public IEnumerable<DeltaAction> Actions(DateTimeOffset now) =>
        Removed.Select(add => (DeltaAction)RemoveAction.Of(add, now, DataChange)).Concat(Added.Select(add => add with { DataChange = DataChange }));

    /// <summary>
    /// Whether the rewrite may no longer be committed: since it was planned, another commit removed one of its files, whose rows would come back or go twice,
    /// or changed the schema. Appends leave it as good as it was.
    /// </summary>
    public bool IsOvertaken(TableSnapshot planned, TableSnapshot newer) =>
        Removed.Any(add => !newer.Files.ContainsKey(add.Path)) || newer.Metadata?.SchemaString != planned.Metadata?.SchemaString;
}
