using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace FlowLake.Agent.Directory;

/// <summary>
/// Addresses as people write them, read by the C library: .NET's reader makes an object of each, which is most of what an event of a watch would
/// allocate, and takes "10.1" and "010.0.0.1" for addresses of their own kind.
/// </summary>
internal static partial class AddressText
{
    /// <summary>Longest text of an address, in bytes: IPv6 with its last four bytes as IPv4.</summary>
    public const int BytesMax = 45;

    private const int FamilyIPv4 = 2; // AF_INET
    private const int FamilyIPv6 = 10; // AF_INET6

    /// <summary>Whether a text that is an address, or a range, is one of IPv4.</summary>
    public static bool IsIPv4(ReadOnlySpan<char> text) => !text.Contains(':');

    public static bool TryRead(ReadOnlySpan<char> text, out AddressKey key)
    {
        key = default;
        Span<byte> utf8 = stackalloc byte[BytesMax];
        return Encoding.UTF8.TryGetBytes(text, utf8, out var length) && TryRead(utf8[..length], out key);
    }

    public static bool TryRead(ReadOnlySpan<byte> utf8, out AddressKey key)
    {
        key = default;
        if (utf8.Length > BytesMax || utf8.Contains((byte)0))
            return false;
        Span<byte> text = stackalloc byte[BytesMax + 1];
        utf8.CopyTo(text);
        text[utf8.Length] = 0;
        Span<byte> bytes = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0];
        if ((utf8.Contains((byte)':') ? Read(FamilyIPv6, text, bytes) : Read(FamilyIPv4, text, bytes[12..])) != 1)
            return false;
        key = new AddressKey(BinaryPrimitives.ReadUInt128BigEndian(bytes));
        return true;
    }

    // Source: https://pubs.opengroup.org/onlinepubs/9699919799/functions/inet_pton.html
    [LibraryImport("libc", EntryPoint = "inet_pton")]
    private static partial int Read(int family, ReadOnlySpan<byte> text, Span<byte> address);
}
