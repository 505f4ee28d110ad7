using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables.Checkpoints;
using FlowLake.Schemas.DeltaLog;

namespace FlowLake.Tests.Ingest.Rounds.Simulation;

/// <summary>Checkpoints as lines of JSON, for thousands of histories: the engine takes milliseconds for each.</summary>
internal sealed class SimulatedCheckpoints(IObjectStore store) : ICheckpointFiles
{
    public async Task<long> WriteAsync(string key, IReadOnlyList<DeltaAction> actions, CancellationToken cancellationToken)
    {
        var content = DeltaJson.Write(actions);
        await store.PutAsync(key, content, cancellationToken);
        return content.Length;
    }

    public async Task<IReadOnlyList<DeltaAction>> ReadAsync(string key, CancellationToken cancellationToken) =>
        DeltaJson.Read(await store.ReadAsync(key, cancellationToken) ?? throw new FileNotFoundException("absent", key), key);
}
