using System.Collections.Immutable;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Tables;

namespace FlowLake.Lake.Replicas;

/// <summary>A data file of a table and where it can be read on this machine.</summary>
public sealed record ReplicaFile(AddAction Add, string LocalPath);

/// <summary>A data file of a table that is not on this machine.</summary>
/// <param name="Newest">A time after which no window of its rows starts.</param>
public sealed record MissingFile(AddAction Add, DateTimeOffset Newest);

/// <summary>One version of a table and which of its files are on this machine. A value.</summary>
/// <param name="Table">The table.</param>
/// <param name="Snapshot">The version.</param>
/// <param name="Files">Its files that are here.</param>
/// <param name="Coming">Those that are being fetched.</param>
/// <param name="Left">Those that stay in the store.</param>
public sealed record ReplicaTable(TableDefinition Table, TableSnapshot Snapshot, ImmutableArray<ReplicaFile> Files, ImmutableArray<AddAction> Coming, ImmutableArray<AddAction> Left)
{
    // Read off the log's statistics when somebody asks for the first of them: of many files that takes its time.
    private readonly Lazy<ImmutableArray<MissingFile>> missing = new(() => [.. Coming.Concat(Left).Select(add => new MissingFile(add, FileAge.Newest(add)))]);

    /// <summary>The files that are not here.</summary>
    public ImmutableArray<MissingFile> Missing => missing.Value;

    /// <summary>False until the log was read once: then it is not known whether there are rows.</summary>
    public required bool IsRead { get; init; }
}
