using System.Collections.Immutable;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Inbox;
using FlowLake.Schemas.Tables;

namespace FlowLake.Ingest.Batches;

/// <summary>The inbox files one table is to take.</summary>
public sealed record TableTake(TableDefinition Table, ImmutableHashSet<InboxKey> Files);

/// <summary>What a set of inbox files came to. Disposing it removes its local files.</summary>
/// <param name="Bad">The files that must not be taken, with the reason. No row of theirs is in <see cref="Staged"/>.</param>
/// <param name="Staged">For each table, in the order asked, the data files of its rows.</param>
/// <param name="Files">Holds their local files.</param>
public sealed record Batch(ImmutableDictionary<InboxKey, string> Bad, ImmutableArray<ImmutableArray<DataFile>> Staged, IDisposable Files) : IDisposable
{
    public void Dispose() => Files.Dispose();
}
