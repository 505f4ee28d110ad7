using System.Collections.Immutable;

namespace FlowLake.Schemas.DeltaLog;

/// <summary>What a table is at one version: a value, made by replaying the log.</summary>
/// <remarks>
/// Guarantees: 1. every version from 0 to <see cref="Version"/> was applied, in order and once, those up to a checkpoint through it; 2. a path is in <see cref="Files"/> exactly
/// when its last action was an add; 3. the protocol is one FlowLake knows; 4. <see cref="Empty"/> is the table that does not exist yet.
/// </remarks>
public sealed record TableSnapshot
{
    /// <summary>The table before its first commit.</summary>
    public static readonly TableSnapshot Empty = new();

    /// <summary>-1 while the table does not exist.</summary>
    public long Version { get; private init; } = -1;

    public ProtocolAction? Protocol { get; private init; }

    public MetadataAction? Metadata { get; private init; }

    /// <summary>The table's data files by path.</summary>
    public ImmutableSortedDictionary<string, AddAction> Files { get; private init; } = ImmutableSortedDictionary.Create<string, AddAction>(StringComparer.Ordinal);

    /// <summary>Removed files by path, kept until their retention ends.</summary>
    public ImmutableSortedDictionary<string, RemoveAction> Tombstones { get; private init; } = ImmutableSortedDictionary.Create<string, RemoveAction>(StringComparer.Ordinal);

    /// <summary>How far each application has come, by its id.</summary>
    public ImmutableSortedDictionary<string, TransactionAction> Transactions { get; private init; } = ImmutableSortedDictionary.Create<string, TransactionAction>(StringComparer.Ordinal);

    /// <summary>When the version was committed, milliseconds since 1970, by the committer's clock; null before the first commit.</summary>
    public long? CommittedAt { get; private init; }

    public bool Exists => Version >= 0;

    /// <summary>Last sequence the table holds of a stream; 0 for one it has never seen.</summary>
    public long CommittedSequence(string appId) => Transactions.TryGetValue(appId, out var transaction) ? transaction.Version : 0;

    /// <summary>The snapshot after the next version's actions.</summary>
    /// <param name="version">Must be <see cref="Version"/> + 1.</param>
    /// <param name="actions">The commit's actions in their order.</param>
    /// <exception cref="ArgumentException">The version is not the next one.</exception>
    /// <exception cref="DeltaLogException">The commit asks for a protocol FlowLake does not know.</exception>
    public TableSnapshot Apply(long version, IEnumerable<DeltaAction> actions)
    {
        return version == Version + 1 ? Replay(version, actions) : throw new ArgumentException($"version {version} cannot follow version {Version}", nameof(version));
    }

    /// <summary>The snapshot a checkpoint holds.</summary>
    /// <param name="version">The checkpoint's version.</param>
    /// <param name="actions">All its actions.</param>
    /// <param name="committedAt">When the version was committed, where that is known.</param>
    /// <exception cref="DeltaLogException">It lacks protocol or metaData, or asks for a protocol FlowLake does not know.</exception>
    public static TableSnapshot FromCheckpoint(long version, IEnumerable<DeltaAction> actions, long? committedAt) =>
        Empty.Replay(version, actions) with { CommittedAt = committedAt };

    /// <summary>What a checkpoint of this version holds: protocol, metadata, every transaction, every file, and the tombstones whose retention has not ended.</summary>
    /// <remarks>
    /// Of what others may write, the protocol asks to carry on two more kinds, domain metadata and sidecars; both need a table feature, and a table with one is
    /// refused. Change files and commit infos belong to their commit alone.
    /// </remarks>
    /// <param name="now">The time tombstones are judged by.</param>
    public IEnumerable<DeltaAction> CheckpointActions(DateTimeOffset now)
    {
        var kept = (now - TableProperties.TombstoneRetention(Metadata!)).ToUnixTimeMilliseconds();
        return ((IEnumerable<DeltaAction>)[Protocol!, Metadata!]).Concat(Transactions.Values).Concat(Files.Values).Concat(Tombstones.Values.Where(remove => remove.DeletionTimestamp >= kept));
    }

    // A builder shares the tree it came from: a commit of a few actions costs a few paths to the root, however many files there are.
    private TableSnapshot Replay(long version, IEnumerable<DeltaAction> actions)
    {
        var files = Files.ToBuilder();
        var tombstones = Tombstones.ToBuilder();
        var transactions = Transactions.ToBuilder();
        var (protocol, metadata, committedAt) = (Protocol, Metadata, CommittedAt);
        foreach (var action in actions)
        {
            switch (action)
            {
                case AddAction add:
                    files[add.Path] = add;
                    tombstones.Remove(add.Path);
                    break;
                case RemoveAction remove:
                    files.Remove(remove.Path);
                    tombstones[remove.Path] = remove;
                    break;
                case TransactionAction transaction:
                    transactions[transaction.AppId] = transaction;
                    break;
                case ProtocolAction asked:
                    protocol = Known(asked, version);
                    break;
                case MetadataAction changed:
                    metadata = changed;
                    break;
                case CommitInfoAction commitInfo:
                    committedAt = commitInfo.Timestamp;
                    break;
                default:
                    throw new ArgumentException($"an action the snapshot does not know: {action.GetType().Name}", nameof(actions));
            }
        }

        if (protocol is null || metadata is null)
            throw new DeltaLogException($"version {version}: the table has no protocol or no metaData; its first commit or its checkpoint is not a Delta table's");
        return new TableSnapshot
        {
            Version = version,
            Protocol = protocol,
            Metadata = metadata,
            Files = files.ToImmutable(),
            Tombstones = tombstones.ToImmutable(),
            Transactions = transactions.ToImmutable(),
            CommittedAt = committedAt,
        };
    }

    private static ProtocolAction Known(ProtocolAction asked, long version) =>
        asked.MinReaderVersion <= ProtocolAction.Supported.MinReaderVersion && asked.MinWriterVersion <= ProtocolAction.Supported.MinWriterVersion
            ? asked
            : throw new DeltaLogException(
                $"version {version} asks for reader {asked.MinReaderVersion} and writer {asked.MinWriterVersion}{Features(asked)}; this FlowLake knows reader "
                + $"{ProtocolAction.Supported.MinReaderVersion} and writer {ProtocolAction.Supported.MinWriterVersion}. Use the FlowLake that wrote the table, or a newer one.");

    private static string Features(ProtocolAction asked) =>
        asked.UnknownFields is { Count: > 0 } unknown ? $" ({string.Join("; ", unknown.Select(field => $"{field.Key} {field.Value.GetRawText()}"))})" : "";
}
