using System.Collections.Immutable;

namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>An array that is equal to another with the same items, so that a heartbeat that changes nothing we keep is no change.</summary>
internal readonly struct ValueArray<T>(ImmutableArray<T> items) : IEquatable<ValueArray<T>>
{
    public ImmutableArray<T> Items => items.IsDefault ? [] : items;

    public bool Equals(ValueArray<T> other) => Items.SequenceEqual(other.Items);

    public override bool Equals(object? obj) => obj is ValueArray<T> other && Equals(other);

    public override int GetHashCode() => Items.Length;
}
