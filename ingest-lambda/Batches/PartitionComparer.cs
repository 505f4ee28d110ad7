using System.Collections.Immutable;

namespace FlowLake.Ingest.Batches;

/// <summary>Two partitions are one when their values are, null being a value like others.</summary>
internal sealed class PartitionComparer : IEqualityComparer<ImmutableArray<string?>>
{
    public static readonly PartitionComparer Instance = new();

    public bool Equals(ImmutableArray<string?> left, ImmutableArray<string?> right) => left.SequenceEqual(right, StringComparer.Ordinal);

    public int GetHashCode(ImmutableArray<string?> values)
    {
        var hash = new HashCode();
        foreach (var value in values)
            hash.Add(value, StringComparer.Ordinal);
        return hash.ToHashCode();
    }
}
