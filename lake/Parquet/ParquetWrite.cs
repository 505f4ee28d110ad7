using System.Collections.Immutable;

namespace FlowLake.Lake.Parquet;

/// <summary>What to write where. Files are zstd, format version 2.</summary>
/// <remarks>A HUGEINT, as sum() of a BIGINT gives, would be written as DOUBLE and lose digits: <see cref="ParquetWriter"/> refuses it.</remarks>
public sealed record ParquetWrite
{
    /// <summary>The rows: a SELECT, or <c>FROM table</c>. It may hold parameters.</summary>
    public required string Select { get; init; }

    /// <summary>The file; with <see cref="PartitionBy"/> the folder, which is made when it is not there and may hold other files.</summary>
    public required string Target { get; init; }

    /// <summary>Columns whose values make a folder each instead of being in the files. The default is none.</summary>
    public ImmutableArray<string> PartitionBy { get; init; } = [];

    /// <summary>Names of the files of a partitioned write, without extension; <c>{uuidv7}</c>, <c>{uuid}</c> and <c>{i}</c> are replaced. The default is <c>{uuidv7}</c>.</summary>
    public string FileNamePattern { get; init; } = "{uuidv7}";

    /// <summary>Key-value metadata put into each file's footer. Keys differ by more than their case.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Rows of a row group; null (the default) for the engine's 122,880.</summary>
    public int? RowGroupRows { get; init; }
}
