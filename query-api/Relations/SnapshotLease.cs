using FlowLake.Lake.Duck;

namespace FlowLake.QueryApi.Relations;

/// <summary>The right to read one snapshot until it is disposed.</summary>
public sealed class SnapshotLease : IDisposable
{
    private readonly LakeSnapshot snapshot;
    private int released;

    internal SnapshotLease(LakeSnapshot snapshot) => this.snapshot = snapshot;

    public SnapshotVersion Version => snapshot.Version;

    /// <summary>The schema of the snapshot's views.</summary>
    internal string Schema => snapshot.Schema;

    /// <summary>A new connection on which bare names mean this snapshot's views. The caller disposes it before the lease.</summary>
    public DuckConnection Connect()
    {
        var connection = snapshot.Database.Connect();
        try
        {
            connection.Execute($"SET schema = {DuckSql.Literal(snapshot.Schema)}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref released, 1) == 0)
            snapshot.Release();
    }
}
