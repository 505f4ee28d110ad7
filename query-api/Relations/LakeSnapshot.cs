using FlowLake.Lake.Duck;

namespace FlowLake.QueryApi.Relations;

/// <summary>One version of the lake as views in a schema of the engine. It lives while somebody holds a <see cref="SnapshotLease"/> of it.</summary>
internal sealed class LakeSnapshot(DuckDatabase database, string schema, SnapshotVersion version, long createdAt)
{
    private int leases;

    /// <summary>The engine that has the views.</summary>
    public DuckDatabase Database => database;

    public string Schema => schema;

    public SnapshotVersion Version => version;

    /// <summary>When it was made, as the clock's timestamp.</summary>
    public long CreatedAt => createdAt;

    public bool InUse => Volatile.Read(ref leases) > 0;

    public void Take() => Interlocked.Increment(ref leases);

    public void Release() => Interlocked.Decrement(ref leases);
}
