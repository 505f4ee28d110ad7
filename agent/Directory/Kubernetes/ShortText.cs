using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>A text that needs no string of its own up to eight ASCII characters: what a controller puts behind its own name has six.</summary>
internal readonly struct ShortText
{
    private const int CharactersMax = sizeof(ulong);

    // The first in the lowest byte, zero behind the last.
    private readonly ulong characters;
    private readonly string? longer;

    public ShortText(ReadOnlySpan<char> text)
    {
        Span<byte> ascii = stackalloc byte[CharactersMax];
        ascii.Clear();
        if (text.Length <= CharactersMax && !text.Contains('\0') && Ascii.FromUtf16(text, ascii, out _) == OperationStatus.Done)
            characters = BinaryPrimitives.ReadUInt64LittleEndian(ascii);
        else
            longer = text.ToString();
    }

    public int Length => longer?.Length ?? CharactersMax - (BitOperations.LeadingZeroCount(characters) / 8);

    public void CopyTo(Span<char> target)
    {
        if (longer is not null)
            longer.CopyTo(target);
        else
            for (var index = 0; index < Length; index++)
                target[index] = (char)((characters >> (8 * index)) & 0x7f);
    }

    public bool Is(ReadOnlySpan<char> text)
    {
        if (longer is not null)
            return text.SequenceEqual(longer);
        Span<char> own = stackalloc char[CharactersMax];
        CopyTo(own);
        return text.SequenceEqual(own[..Length]);
    }
}
