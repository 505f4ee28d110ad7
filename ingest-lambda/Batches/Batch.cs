using System.Collections.Immutable;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Inbox;
using FlowLake.Schemas.Tables;

namespace FlowLake.Ingest.Batches;

/// <summary>What one table is to take.</summary>
/// <param name="Table">The table as its log has it.</param>
/// <param name="Files">The inbox files.</param>
/// <param name="Lost">Files given up, which it is to say; empty for all tables but <c>coverage</c>.</param>
public sealed record TableTake(TableDefinition Table, ImmutableHashSet<InboxKey> Files, ImmutableArray<LostFiles> Lost);

/// <summary>The rows one table is to get.</summary>
/// <param name="Table">The table as it will be: with the columns the files have that it did not.</param>
/// <param name="Files">The data files.</param>
public sealed record StagedRows(TableDefinition Table, ImmutableArray<DataFile> Files);

/// <summary>What a set of inbox files came to. Disposing it removes its local files.</summary>
/// <param name="Bad">The files that must not be taken, with the reason. No row of theirs is in <see cref="Staged"/>.</param>
/// <param name="Staged">For each table, in the order asked, its rows.</param>
/// <param name="Files">Holds their local files.</param>
public sealed record Batch(ImmutableDictionary<InboxKey, string> Bad, ImmutableArray<StagedRows> Staged, IDisposable Files) : IDisposable
{
    public void Dispose() => Files.Dispose();
}
