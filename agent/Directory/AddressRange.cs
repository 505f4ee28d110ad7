namespace FlowLake.Agent.Directory;

/// <summary>A range of addresses that share their first bits, as CIDR writes it.</summary>
/// <param name="Network">The first address; all bits after the prefix are zero.</param>
/// <param name="PrefixLength">How many bits they share, 0 to 128, counted in the mapped form: 96 more than an IPv4 range says.</param>
public readonly record struct AddressRange(AddressKey Network, int PrefixLength)
{
    public static AddressRange Parse(string cidr) =>
        TryParse(cidr, out var range) ? range : throw new FormatException($"\"{cidr}\" is no range of addresses; write it like 10.0.0.0/16 or fd00::/64");

    /// <summary>Reads a range. Bits set after the prefix are cut off, as a node's podCIDR may name its own address.</summary>
    public static bool TryParse(ReadOnlySpan<char> cidr, out AddressRange range)
    {
        range = default;
        var slash = cidr.IndexOf('/');
        if (slash < 0 || !AddressKey.TryParse(cidr[..slash], out var address) || !byte.TryParse(cidr[(slash + 1)..], out var length))
            return false;
        var isIPv4 = AddressText.IsIPv4(cidr);
        if (length > (isIPv4 ? 32 : 128))
            return false;
        var prefixLength = isIPv4 ? length + AddressKey.MappedPrefix : length;
        range = new AddressRange(Mask(address, prefixLength), prefixLength);
        return true;
    }

    public bool Contains(AddressKey address) => Mask(address, PrefixLength) == Network;

    /// <summary>The first address of the range of that length which holds the address.</summary>
    internal static AddressKey Mask(AddressKey address, int prefixLength) =>
        new(prefixLength == 0 ? UInt128.Zero : address.Bits & (UInt128.MaxValue << (128 - prefixLength)));
}
