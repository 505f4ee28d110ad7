using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlowLake.Schemas.DeltaLog;

/// <summary>One action of a commit in a Delta Lake log, as a value.</summary>
/// <remarks>Source: https://github.com/delta-io/delta/blob/master/PROTOCOL.md, "Actions". Names of members are the protocol's.</remarks>
public abstract record DeltaAction
{
    /// <summary>Fields another writer put into the action that FlowLake has no name for; null (the usual) when there are none. They go wherever the action goes.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? UnknownFields { get; set; }
}

/// <summary>The protocol a reader and a writer must know.</summary>
public sealed record ProtocolAction(int MinReaderVersion, int MinWriterVersion) : DeltaAction
{
    /// <summary>What FlowLake writes and reads.</summary>
    public static readonly ProtocolAction Supported = new(1, 2);
}

/// <summary>The table's schema, partitions and settings.</summary>
/// <param name="Id">A UUID that stays with the table.</param>
/// <param name="SchemaString">The schema as the protocol's JSON.</param>
/// <param name="PartitionColumns">Names of the partition columns.</param>
/// <param name="Configuration">Table properties.</param>
/// <param name="CreatedTime">Milliseconds since 1970, or null.</param>
public sealed record MetadataAction(
    string Id,
    string? Name,
    string SchemaString,
    ImmutableArray<string> PartitionColumns,
    ImmutableSortedDictionary<string, string> Configuration,
    long? CreatedTime) : DeltaAction
{
    /// <summary>What the table's maker says of it, or null.</summary>
    public string? Description { get; init; }

    /// <summary>Options of the format of the data files, which is always Parquet.</summary>
    public ImmutableSortedDictionary<string, string> FormatOptions { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>A data file that belongs to the table from this version on.</summary>
/// <param name="Path">Relative to the table's folder, percent-encoded as a URI: use <see cref="DeltaPath"/>.</param>
/// <param name="PartitionValues">Value by partition column; null is the null partition.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ModificationTime">Milliseconds since 1970.</param>
/// <param name="DataChange">False where the file only rearranges rows the table already had.</param>
/// <param name="Stats">The file's statistics as the protocol's JSON, or null.</param>
/// <param name="Tags">Notes of the writer.</param>
public sealed record AddAction(
    string Path,
    ImmutableSortedDictionary<string, string?> PartitionValues,
    long Size,
    long ModificationTime,
    bool DataChange,
    string? Stats,
    ImmutableSortedDictionary<string, string>? Tags) : DeltaAction;

/// <summary>A data file that no longer belongs to the table: a tombstone, kept while readers of older versions may still open the file.</summary>
/// <param name="Path">As its add had it.</param>
/// <param name="DeletionTimestamp">When it was removed, milliseconds since 1970.</param>
/// <param name="DataChange">False where its rows went on in other files.</param>
/// <param name="ExtendedFileMetadata">True where partition values, size and tags are those of the add.</param>
public sealed record RemoveAction(
    string Path,
    long DeletionTimestamp,
    bool DataChange,
    bool ExtendedFileMetadata,
    ImmutableSortedDictionary<string, string?>? PartitionValues,
    long? Size) : DeltaAction
{
    public string? Stats { get; init; }

    public ImmutableSortedDictionary<string, string>? Tags { get; init; }

    /// <summary>The removal of a file, with all that its add said of it.</summary>
    public static RemoveAction Of(AddAction add, DateTimeOffset now, bool dataChange) =>
        new(add.Path, now.ToUnixTimeMilliseconds(), dataChange, ExtendedFileMetadata: true, add.PartitionValues, add.Size) { Stats = add.Stats, Tags = add.Tags };
}

/// <summary>How far an application has come: for ingest, the last sequence of a stream the table holds.</summary>
public sealed record TransactionAction(string AppId, long Version, long? LastUpdated) : DeltaAction;

/// <summary>Who committed, and by which attempt: <see cref="TxnId"/> tells a lost answer from a lost race.</summary>
public sealed record CommitInfoAction(long Timestamp, string Operation, string EngineInfo, string TxnId, ImmutableSortedDictionary<string, string> OperationParameters) : DeltaAction;
