using System.Buffers.Binary;
using System.Net;

namespace FlowLake.Agent.Directory;

/// <summary>An IP address as one number of 128 bits, IPv4 as <c>::ffff:a.b.c.d</c> (RFC 4291, 2.5.5.2): compared and masked without a loop.</summary>
/// <param name="Bits">The address in network order, its first bit the most significant.</param>
public readonly record struct AddressKey(UInt128 Bits)
{
    /// <summary>Length of the prefix all IPv4 addresses share in the mapped form.</summary>
    internal const int MappedPrefix = 96;

    /// <summary>True for the address that stands where there is none: all bits zero.</summary>
    public bool IsNone => Bits == UInt128.Zero;

    public static AddressKey From(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return new AddressKey(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary>Reads an address as people write it: IPv4 in four decimal parts, IPv6 without a zone.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out AddressKey key) => AddressText.TryRead(text, out key);

    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Bits);
        var address = new IPAddress(bytes);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    /// <summary>The address as text; IPv4 in dotted form.</summary>
    public override string ToString() => ToIPAddress().ToString();
}
