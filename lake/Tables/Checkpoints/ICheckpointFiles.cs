using FlowLake.Schemas.DeltaLog;

namespace FlowLake.Lake.Tables.Checkpoints;

/// <summary>Puts checkpoints into the store and gets them back.</summary>
public interface ICheckpointFiles
{
    /// <summary>Writes a checkpoint; one that is there is replaced, for it says the same.</summary>
    /// <param name="key">The object.</param>
    /// <param name="actions">Everything it holds.</param>
    /// <returns>Its size in bytes.</returns>
    Task<long> WriteAsync(string key, IReadOnlyList<DeltaAction> actions, CancellationToken cancellationToken);

    /// <summary>The actions of a checkpoint.</summary>
    /// <exception cref="FileNotFoundException">The object is absent.</exception>
    /// <exception cref="DeltaLogException">It is no checkpoint, or broken.</exception>
    Task<IReadOnlyList<DeltaAction>> ReadAsync(string key, CancellationToken cancellationToken);
}
