using System.Net;
using System.Runtime.InteropServices;

namespace FlowLake.Agent.Bpf;

/// <summary>An IP address as the kernel's flow key holds it: 16 bytes in network order, IPv4 as <c>::ffff:a.b.c.d</c> (RFC 4291, 2.5.5.2).</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct FlowAddress
{
    // Two words rather than an array of bytes: equality and hashing then need no loop. They hold the bytes as they lie in memory.
    private readonly ulong first;
    private readonly ulong second;

    private FlowAddress(ReadOnlySpan<byte> bytes)
    {
        first = MemoryMarshal.Read<ulong>(bytes);
        second = MemoryMarshal.Read<ulong>(bytes[sizeof(ulong)..]);
    }

    /// <summary>True for the address of a counter that has lost its detail: all 16 bytes are zero.</summary>
    public bool IsNone => (first | second) == 0;

    public static FlowAddress From(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return new FlowAddress(bytes);
    }

    /// <summary>The address, IPv4 in its own form and not as a mapped IPv6 address.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        MemoryMarshal.Write(bytes, first);
        MemoryMarshal.Write(bytes[sizeof(ulong)..], second);
        var address = new IPAddress(bytes);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    public override string ToString() => ToIPAddress().ToString();
}
