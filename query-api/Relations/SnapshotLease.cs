using FlowLake.Lake.Duck;

namespace FlowLake.QueryApi.Relations;

/// <summary>The right to read one snapshot, or some rows of it, until it is disposed.</summary>
public sealed class SnapshotLease : IDisposable
{
    private readonly FlowCatalog catalog;
    private readonly HeldSnapshot held;
    private readonly RowScope scope;
    private int released;

    internal SnapshotLease(FlowCatalog catalog, HeldSnapshot held, RowScope scope) => (this.catalog, this.held, this.scope) = (catalog, held, scope);

    public SnapshotVersion Version => held.Snapshot.Version;

    /// <summary>How far the snapshot is behind the lake now.</summary>
    public SnapshotLag Lag => catalog.LagOf(held);

    /// <summary>A new connection on which the names of some relations mean this snapshot's rows. The caller disposes it before the lease.</summary>
    public DuckConnection Connect(params IEnumerable<Relation> relations)
    {
        var connection = catalog.Connect();
        try
        {
            foreach (var relation in relations)
                Define(connection, relation, RowBounds.None);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The relation's rows with their keys, as a SELECT in parentheses. Those outside of the bounds may be missing, and those up to a place in the order of scanning are.</summary>
    internal string KeyedRows(Relation relation, RowBounds bounds, ScanPosition? after = null) => $"({relation.KeyedSelect(catalog.SourcesOf(held.Snapshot, scope, bounds, after))})";

    /// <summary>Gives the relation's name its meaning on a connection. Rows outside of the bounds may be missing.</summary>
    internal void Define(DuckConnection connection, Relation relation, RowBounds bounds) =>
        connection.Execute($"CREATE TEMP VIEW {relation.Name} AS {relation.Select(catalog.SourcesOf(held.Snapshot, scope, bounds))}");

    public void Dispose()
    {
        if (Interlocked.Exchange(ref released, 1) == 0)
            catalog.Release(held);
    }
}
