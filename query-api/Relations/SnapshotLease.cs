using FlowLake.Lake.Duck;

namespace FlowLake.QueryApi.Relations;

/// <summary>The right to read one snapshot, or some rows of it, until it is disposed.</summary>
public abstract class SnapshotLease : IDisposable
{
    public abstract SnapshotVersion Version { get; }

    /// <summary>How far the snapshot is behind the lake.</summary>
    public abstract SnapshotLag Lag { get; }

    /// <summary>A new connection on which the names of some relations mean this snapshot's rows. The caller disposes it before the lease.</summary>
    public DuckConnection Connect(params IEnumerable<Relation> relations)
    {
        var connection = Connect();
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

    public abstract void Dispose();

    /// <summary>The relation's rows with their keys, as a SELECT in parentheses. Those outside of the bounds may be missing, and those up to a place in the order of scanning are.</summary>
    /// <exception cref="RowsNotHereException">Rows within the bounds are in files that are not on this machine.</exception>
    internal string KeyedRows(Relation relation, RowBounds bounds, ScanPosition? after = null) => $"({Select(relation, new RowsWanted(bounds) { Keyed = true, After = after })})";

    /// <summary>Gives the relation's name its meaning on a connection. Rows outside of the bounds may be missing.</summary>
    /// <exception cref="RowsNotHereException">Rows within the bounds are in files that are not on this machine.</exception>
    internal void Define(DuckConnection connection, Relation relation, RowBounds bounds) => connection.Execute($"CREATE TEMP VIEW {relation.Name} AS {Select(relation, new RowsWanted(bounds))}");

    /// <summary>A connection to the engine that reads the snapshot's files.</summary>
    private protected abstract DuckConnection Connect();

    /// <summary>The SELECT of a relation's rows over the snapshot's files.</summary>
    /// <exception cref="RowsNotHereException">Rows that are wanted are in files that are not on this machine.</exception>
    private protected abstract string Select(Relation relation, RowsWanted rows);
}
