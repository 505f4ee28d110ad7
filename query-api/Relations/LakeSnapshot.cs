using System.Collections.Immutable;
using FlowLake.Lake.Replicas;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Rollups;
using FlowLake.Schemas.Tables;

namespace FlowLake.QueryApi.Relations;

/// <summary>One version of every table of the lake, as the lists of their files, here and elsewhere. A value: it costs what its lists do, and nothing of the engine.</summary>
internal sealed class LakeSnapshot
{
    private readonly ImmutableDictionary<string, ReplicaTable> tables;
    private readonly ImmutableDictionary<string, Lazy<ImmutableHashSet<string>>> wholeDays;

    public LakeSnapshot(IEnumerable<ReplicaTable> versions)
    {
        tables = versions.ToImmutableDictionary(version => version.Table.Name);
        Version = SnapshotVersion.Of(LakeTables.All.Select(table => Table(table).Version));
        // Looked for at the first question: it takes every file of flows.
        wholeDays = RollupTables.All.ToImmutableDictionary(rollup => rollup.Table.Name, rollup => new Lazy<ImmutableHashSet<string>>(() => RollupDays.Whole(Table(rollup.Table), Table(FlowColumns.Table))));
    }

    public SnapshotVersion Version { get; }

    public TableSnapshot Table(TableDefinition table) => tables[table.Name].Snapshot;

    /// <summary>The dates of which a rollup's sums need no adding up.</summary>
    public ImmutableHashSet<string> WholeDays(RollupDefinition rollup) => wholeDays[rollup.Table.Name].Value;

    /// <summary>The table's files: which of them are here, and which are not.</summary>
    public ReplicaTable Replica(TableDefinition table) => tables[table.Name];

    public IEnumerable<ReplicaTable> Tables => tables.Values;

    /// <summary>Whether it shows the same version of each table and each rollup.</summary>
    public bool IsSameAs(LakeSnapshot other) => tables.All(table => other.tables[table.Key].Snapshot.Version == table.Value.Snapshot.Version);
}
