using System.Collections.Immutable;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables.Checkpoints;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Tables;

namespace FlowLake.Lake.Tables;

/// <summary>The log of one table in an object store: reads versions, and adds the next one if nobody else has.</summary>
/// <param name="store">The lake's store.</param>
/// <param name="table">The table, whose name is its folder.</param>
/// <param name="timeProvider">The clock of commit times, of retentions, and of the pauses between attempts.</param>
/// <param name="checkpointFiles">How checkpoints are kept; null (the default) for Parquet, as the protocol asks.</param>
public sealed partial class TableLog(IObjectStore store, TableDefinition table, TimeProvider timeProvider, ICheckpointFiles? checkpointFiles = null)
{
    /// <summary>How often one commit is put while its answers stay doubtful.</summary>
    public const int AttemptsMax = 8;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    private readonly ICheckpointFiles checkpoints = checkpointFiles ?? new ParquetCheckpoints(store);

    public TableDefinition Table => table;

    /// <summary>The folder of the table in the store.</summary>
    public string Folder => table.Name + "/";

    /// <summary>
    /// Commits the actions as the version after <paramref name="basis"/>, preceded by the commit's info and, where the table is new or lacks a column,
    /// its schema.
    /// </summary>
    /// <param name="basis">The snapshot the actions were planned on.</param>
    /// <param name="operation">What the commit does, one word or two, for the table's history.</param>
    /// <param name="actions">Adds, removes and transactions.</param>
    /// <param name="columns">The table with columns its files bring, where it is to learn any.</param>
    /// <exception cref="DeltaLogException">The table's columns or partitions are not those of <see cref="Table"/>, or it has a rule the actions break. Nothing was put.</exception>
    /// <exception cref="IOException">After <see cref="AttemptsMax"/> puts it is still unknown whether the commit is there. Loading the table tells: its transactions are the commit's, or not.</exception>
    public async Task<CommitResult> TryCommitAsync(TableSnapshot basis, string operation, IEnumerable<DeltaAction> actions, TableDefinition? columns = null, CancellationToken cancellationToken = default)
    {
        var version = basis.Version + 1;
        var now = timeProvider.GetUtcNow();
        var commitInfo = new CommitInfoAction(
            now.ToUnixTimeMilliseconds(),
            operation,
            "FlowLake/" + typeof(TableLog).Assembly.GetName().Version!.ToString(3),
            Guid.NewGuid().ToString("D"),
            ImmutableSortedDictionary<string, string>.Empty);
        ImmutableArray<DeltaAction> all = [commitInfo, .. SchemaActions(basis, columns ?? table, now), .. actions.Select(action => action is AddAction { DataChange: true } add ? DataVersion.Write(add, version) : action)];
        CommitRules.Check(basis, all);
        var content = DeltaJson.Write(all);

        // The answer of a put can lie: one that was stored may answer 500 or time out, and sent again meet itself as 412.
        // Therefore the version itself is asked whose it is, by the id that only this commit has.
        var reason = "the version exists, but cannot be read";
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            var outcome = await store.PutIfAbsentAsync(Key(version), content, cancellationToken);
            if (outcome is PutOutcome.Created)
                return new CommitResult.Committed(basis.Apply(version, all));
            if (outcome is PutOutcome.Unknown unknown)
                reason = unknown.Reason;

            if (await ReadAsync(version, cancellationToken) is { } stored)
            {
                return stored.OfType<CommitInfoAction>().Any(info => info.TxnId == commitInfo.TxnId)
                    ? new CommitResult.Committed(basis.Apply(version, all))
                    : new CommitResult.Conflict(version);
            }

            await Task.Delay(FirstPause * attempt, timeProvider, cancellationToken);
        }

        throw new IOException($"{store.Location}{Key(version)}: after {AttemptsMax} puts it is unknown whether version {version} was committed; the last answer was: {reason}");
    }

    private static IEnumerable<DeltaAction> SchemaActions(TableSnapshot basis, TableDefinition columns, DateTimeOffset now)
    {
        if (basis.Metadata is not { } current)
            return [ProtocolAction.Supported, DeltaSchema.Metadata(columns, Guid.NewGuid(), now)];
        return DeltaSchema.Widened(columns, current) is { } widened ? [widened] : [];
    }

    private string LogFolder => Folder + DeltaPath.LogFolder;

    private string Key(long version) => LogFolder + DeltaPath.CommitFile(version);

    private string CheckpointKey(long version) => LogFolder + DeltaPath.CheckpointFile(version);

    private async Task<ImmutableArray<DeltaAction>?> ReadAsync(long version, CancellationToken cancellationToken) =>
        await store.ReadAsync(Key(version), cancellationToken) is { } content ? DeltaJson.Read(content, store.Location + Key(version)) : null;
}
