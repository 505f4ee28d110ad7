using System.Collections.Immutable;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Tables;

namespace FlowLake.QueryApi.Relations;

/// <summary>One version of every table of the lake, as the lists of their files. A value: it costs what its lists do, and nothing of the engine.</summary>
internal sealed class LakeSnapshot
{
    private readonly ImmutableDictionary<string, ReplicaSnapshot> tables;

    public LakeSnapshot(IEnumerable<TableReplica> replicas)
    {
        tables = replicas.ToImmutableDictionary(replica => replica.Table.Name, replica => replica.Current);
        Version = SnapshotVersion.Of(LakeTables.All.Select(table => Table(table).Version));
    }

    public SnapshotVersion Version { get; }

    public TableSnapshot Table(TableDefinition table) => tables[table.Name].Snapshot;

    public ImmutableArray<ReplicaFile> Files(TableDefinition table) => tables[table.Name].Files;

    /// <summary>Whether it shows the same version of each table and each rollup.</summary>
    public bool IsSameAs(LakeSnapshot other) => tables.All(table => other.tables[table.Key].Snapshot.Version == table.Value.Snapshot.Version);
}
