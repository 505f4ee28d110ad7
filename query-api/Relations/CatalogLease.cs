using FlowLake.Lake.Duck;

namespace FlowLake.QueryApi.Relations;

/// <summary>A lease of a snapshot that this process holds itself.</summary>
internal sealed class CatalogLease(FlowCatalog catalog, HeldSnapshot held, RowScope scope) : SnapshotLease
{
    private int released;

    public override SnapshotVersion Version => held.Snapshot.Version;

    public override SnapshotLag Lag => catalog.LagOf(held);

    /// <summary>Another lease of the same snapshot.</summary>
    public CatalogLease Again() => catalog.Lease(held, scope);

    /// <summary>The SELECT of a relation's rows, for another process to run.</summary>
    public string Rows(Relation relation, RowsWanted rows) => Select(relation, rows);

    public override void Dispose()
    {
        if (Interlocked.Exchange(ref released, 1) == 0)
            catalog.Release(held);
    }

    private protected override DuckConnection Connect() => catalog.Connect();

    private protected override string Select(Relation relation, RowsWanted rows)
    {
        var sources = catalog.SourcesOf(held.Snapshot, scope, rows.Bounds, rows.After);
        return rows.Keyed ? relation.KeyedSelect(sources) : relation.Select(sources);
    }
}
