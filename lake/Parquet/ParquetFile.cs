using System.Collections.Immutable;

namespace FlowLake.Lake.Parquet;

/// <summary>A Parquet file that was just written, with what its writer knows of it.</summary>
public sealed record ParquetFile
{
    /// <summary>Where it lies. Odd characters of partition values are percent-encoded in the folder names.</summary>
    public required string Path { get; init; }

    public required long RowCount { get; init; }

    /// <summary>Size of the whole file.</summary>
    public required long Bytes { get; init; }

    /// <summary>Size of the footer, without the eight bytes of length and magic at the very end.</summary>
    public required long FooterBytes { get; init; }

    /// <summary>Value of each partition column as text, null for NULL; empty when the write was not partitioned.</summary>
    public required ImmutableDictionary<string, string?> PartitionValues { get; init; }

    /// <summary>Statistics of each leaf column, partition columns excepted, for they are not in the file.</summary>
    public required ImmutableArray<ParquetColumnStatistics> Columns { get; init; }

    /// <summary>Statistics of a column that is not nested; null when there is none of that name.</summary>
    public ParquetColumnStatistics? Column(string name) => Columns.FirstOrDefault(column => column.Path.Length == 1 && column.Path[0] == name);
}

/// <summary>What is known of one leaf column's values, as text in the engine's form: booleans as 0 and 1, times as <c>2026-11-21 04:12:09.4977+00</c>.</summary>
public sealed record ParquetColumnStatistics
{
    /// <summary>Name of the column, and below it the names of nested fields; the elements of a list are <c>element</c>.</summary>
    public required ImmutableArray<string> Path { get; init; }

    /// <summary>Smallest value; null when there is no value, or none is kept for the type.</summary>
    public string? Min { get; init; }

    /// <summary>Largest value; null when there is no value, or none is kept for the type.</summary>
    public string? Max { get; init; }

    public long NullCount { get; init; }

    /// <summary>Number of values, those that are NULL included.</summary>
    public long ValueCount { get; init; }

    /// <summary>Bytes the column takes in the file.</summary>
    public long Bytes { get; init; }

    /// <summary>Whether a value is NaN, which Min and Max leave out.</summary>
    public bool HasNan { get; init; }
}
