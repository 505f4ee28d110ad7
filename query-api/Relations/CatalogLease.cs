using FlowLake.Lake.Duck;

namespace FlowLake.QueryApi.Relations;

/// <summary>A lease of a snapshot that this process holds itself.</summary>
internal sealed class CatalogLease(FlowCatalog catalog, HeldSnapshot held, RowScope scope) : SnapshotLease
{
    private readonly LakeSnapshot snapshot = held.Snapshot;
    private int released;

    public override SnapshotVersion Version => snapshot.Version;

    public override SnapshotLag Lag => catalog.LagOf(held);

    /// <summary>The SELECT of a relation's rows, for another process to run.</summary>
    /// <inheritdoc cref="SnapshotLease.Select" path="/exception"/>
    public string Rows(Relation relation, RowsWanted rows) => Select(relation, rows);

    /// <summary>From when on every row of a relation is on this machine; null where none is missing.</summary>
    public DateTimeOffset? RowsFrom(Relation relation) => MissingRows.From(snapshot, scope, relation);

    public override void Dispose()
    {
        if (Interlocked.Exchange(ref released, 1) == 0)
            catalog.Release(held);
    }

    private protected override DuckConnection Connect() => catalog.Connect();

    private protected override string Select(Relation relation, RowsWanted rows)
    {
        var sources = catalog.SourcesOf(snapshot, scope, relation, rows.Bounds, rows.After);
        return rows.Keyed ? relation.KeyedSelect(sources) : relation.Select(sources);
    }
}
