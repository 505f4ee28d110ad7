using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FlowLake.Schemas.Inbox;

/// <summary>
/// A part of all nodes, for one of several ingesters that divide the inbox among them. Without it they all reach for the same files, and all but one
/// have worked for nothing. Which part a node is in depends on its name alone, so that all its streams go together.
/// </summary>
public readonly record struct NodeShare
{
    /// <summary>The most parts.</summary>
    public const int PartsMax = 64;

    private readonly int others;
    private readonly int index;

    private NodeShare(int part, int parts) => (index, others) = (part - 1, parts - 1);

    /// <summary>Every node; the default.</summary>
    public static NodeShare All => default;

    /// <summary>How a share is written, for messages.</summary>
    public static string Syntax { get; } = $"write it as 2/4, the second of four parts, of which there are at most {PartsMax}";

    private int Parts => others + 1;

    /// <summary>Reads "2/4", the second of four parts.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out NodeShare share)
    {
        share = All;
        if (text?.Split('/') is not [var first, var second]
            || !int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var part)
            || !int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var parts)
            || parts > PartsMax || part < 1 || part > parts)
            return false;
        share = new NodeShare(part, parts);
        return true;
    }

    /// <summary>Whether the node is in this part.</summary>
    public bool Has(string node)
    {
        if (Parts == 1)
            return true;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(node), hash);
        return BinaryPrimitives.ReadUInt32LittleEndian(hash) % (uint)Parts == index;
    }

    /// <summary>As it is read.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{index + 1}/{Parts}");
}
