using System.Collections.Immutable;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Tables;

namespace FlowLake.Lake.Replicas;

/// <summary>A data file of a table and where it can be read on this machine.</summary>
public sealed record ReplicaFile(AddAction Add, string LocalPath);

/// <summary>One version of a table and which of its files are on this machine. A value.</summary>
/// <param name="Table">The table.</param>
/// <param name="Snapshot">The version.</param>
/// <param name="Files">Its files that are here.</param>
/// <param name="Coming">Those that are being fetched.</param>
/// <param name="Left">Those that stay in the store.</param>
public sealed record ReplicaTable(TableDefinition Table, TableSnapshot Snapshot, ImmutableArray<ReplicaFile> Files, ImmutableArray<AddAction> Coming, ImmutableArray<AddAction> Left)
{
    /// <summary>False until the log was read once: then it is not known whether there are rows.</summary>
    public required bool IsRead { get; init; }
}
