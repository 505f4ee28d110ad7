using System.Diagnostics.CodeAnalysis;

namespace FlowLake.Agent.Directory;

/// <summary>Ranges of addresses and what each stands for. The longest range that holds an address wins.</summary>
internal sealed class RangeTable<TValue>
{
    // A cluster uses a handful of prefix lengths, so a look-up in one dictionary a length beats a tree.
    private readonly SortedDictionary<int, Dictionary<AddressKey, TValue>> byLength = new(Comparer<int>.Create((left, right) => right.CompareTo(left)));

    /// <summary>Adds a range; the later of two equal ones wins.</summary>
    public void Set(AddressRange range, TValue value)
    {
        if (!byLength.TryGetValue(range.PrefixLength, out var networks))
            byLength[range.PrefixLength] = networks = [];
        networks[range.Network] = value;
    }

    /// <summary>Removes the range where it still stands for that value.</summary>
    public void Remove(AddressRange range, TValue value)
    {
        if (byLength.TryGetValue(range.PrefixLength, out var networks) && networks.TryGetValue(range.Network, out var known) && Equals(known, value))
            networks.Remove(range.Network);
    }

    public bool TryFind(AddressKey address, [MaybeNullWhen(false)] out TValue value)
    {
        foreach (var (length, networks) in byLength)
        {
            if (networks.TryGetValue(AddressRange.Mask(address, length), out value))
                return true;
        }

        value = default;
        return false;
    }
}
