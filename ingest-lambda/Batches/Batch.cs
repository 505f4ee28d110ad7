using System.Collections.Immutable;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Inbox;
using FlowLake.Schemas.Tables;

namespace FlowLake.Ingest.Batches;

/// <summary>What one table is to take.</summary>
/// <param name="Table">The table.</param>
/// <param name="Files">The inbox files.</param>
/// <param name="Lost">Files given up, which it is to say; empty for all tables but <c>coverage</c>.</param>
public sealed record TableTake(TableDefinition Table, ImmutableHashSet<InboxKey> Files, ImmutableArray<LostFiles> Lost);

/// <summary>What a set of inbox files came to. Disposing it removes its local files.</summary>
/// <param name="Bad">The files that must not be taken, with the reason. No row of theirs is in <see cref="Staged"/>.</param>
/// <param name="Staged">For each table, in the order asked, the data files of its rows.</param>
/// <param name="Files">Holds their local files.</param>
public sealed record Batch(ImmutableDictionary<InboxKey, string> Bad, ImmutableArray<ImmutableArray<DataFile>> Staged, IDisposable Files) : IDisposable
{
    public void Dispose() => Files.Dispose();
}
