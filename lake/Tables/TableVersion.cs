using FlowLake.Schemas.DeltaLog;

namespace FlowLake.Lake.Tables;

/// <summary>One line of a table's history.</summary>
/// <param name="Version">The version.</param>
/// <param name="CommittedAt">When its commit was put, by the store's clock, made monotone.</param>
/// <param name="Operation">What the commit did, as its writer says; null where it says nothing.</param>
/// <param name="Engine">The program that wrote it.</param>
/// <param name="FilesAdded">Data files added.</param>
/// <param name="FilesRemoved">Data files removed.</param>
/// <param name="BytesAdded">Bytes of the files added.</param>
/// <param name="Streams">Applications it moved.</param>
public sealed record TableVersion(long Version, DateTimeOffset CommittedAt, string? Operation, string? Engine, int FilesAdded, int FilesRemoved, long BytesAdded, int Streams)
{
    internal static TableVersion Of(long version, DateTimeOffset committedAt, IReadOnlyCollection<DeltaAction> actions)
    {
        var info = actions.OfType<CommitInfoAction>().FirstOrDefault();
        var added = actions.OfType<AddAction>().ToArray();
        return new TableVersion(
            version, committedAt, info?.Operation, info?.EngineInfo, added.Length, actions.OfType<RemoveAction>().Count(), added.Sum(add => add.Size), actions.OfType<TransactionAction>().Count());
    }
}
