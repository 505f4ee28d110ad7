using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace FlowLake.Lake.Objects;

/// <summary>
/// The rules of a key: segments divided by <c>/</c>, none of them empty, <c>.</c> or <c>..</c>, no control characters, well-formed Unicode, a segment at most
/// 255 and a key at most 900 bytes of UTF-8. So a key is a path that cannot leave its directory, and the same object in any store.
/// </summary>
public static class ObjectKey
{
    /// <summary>Longest key in bytes of UTF-8. S3 allows 1,024 with the store's own prefix, for which this leaves room.</summary>
    public const int BytesMax = 900;

    /// <summary>Longest segment in bytes of UTF-8: what Linux file systems allow for a file name.</summary>
    public const int SegmentBytesMax = 255;

    /// <summary>The folder of a directory store in which files are prepared. It is no key's first segment, in no store, so that a lake can move between them.</summary>
    internal const string ReservedSegment = ".flowlake-tmp";

    private static readonly SearchValues<char> plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~");
    private static readonly UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The order of every listing: by the bytes of UTF-8. It differs from ordinal string order only beyond the basic plane.</summary>
    public static IComparer<string> Order { get; } = Comparer<string>.Create(Compare);

    /// <summary>
    /// Any text as one segment: percent-encoded as UTF-8 except ASCII letters, digits and <c>- _ . ~</c>, and <c>.</c> and <c>..</c> wholly. Different texts give
    /// different segments; <see cref="Uri.UnescapeDataString(string)"/> gives the text back.
    /// </summary>
    /// <exception cref="ArgumentException">The text is empty, no well-formed Unicode, or longer than 255 bytes when encoded.</exception>
    public static string Segment(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        string segment;
        if (text is "." or "..")
            segment = text.Replace(".", "%2E", StringComparison.Ordinal);
        else if (!text.AsSpan().ContainsAnyExcept(plain))
            segment = text;
        else
            segment = Encode(text);
        if (segment.Length > SegmentBytesMax)
            throw new ArgumentException($"\"{text}\" takes {segment.Length} bytes as a segment of a key; {SegmentBytesMax} are allowed. Use a shorter name.", nameof(text));
        return segment;
    }

    /// <summary>Returns the key if it keeps the rules.</summary>
    /// <exception cref="ArgumentException">It breaks one; the message says which.</exception>
    public static string Check(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Complaint(key) is { } complaint ? throw new ArgumentException($"\"{key}\" is no object key: {complaint}.", nameof(key)) : key;
    }

    /// <summary>Whether the text keeps the rules of a key.</summary>
    public static bool IsValid([NotNullWhen(true)] string? key) => key is not null && Complaint(key) is null;

    /// <summary>Returns the prefix if a key can begin with it, else throws <see cref="ArgumentException"/>. It may be empty, or end within a segment or after one.</summary>
    internal static string CheckPrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        // Whatever follows a '/' is a new segment, and a segment that is only begun can still become a good one: "x" makes the shortest.
        return !IsValid(prefix) && Complaint(prefix + "x") is { } complaint ? throw new ArgumentException($"No object key begins with \"{prefix}\": {complaint}.", nameof(prefix)) : prefix;
    }

    /// <summary>Compares by the bytes of UTF-8.</summary>
    internal static int Compare(string left, string right)
    {
        int common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
            return left.Length.CompareTo(right.Length);
        return Weight(left[common]).CompareTo(Weight(right[common]));
    }

    // UTF-16 puts surrogates (beyond the basic plane) below U+E000..U+FFFF, UTF-8 above: lift them.
    private static int Weight(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;

    private static string? Complaint(string key)
    {
        if (key.Length == 0)
            return "it is empty";
        int bytes = 0;
        foreach (string segment in key.Split('/'))
        {
            if (segment is "" or "." or "..")
                return $"it has a segment \"{segment}\"";
            if (bytes == 0 && segment == ReservedSegment)
                return $"{ReservedSegment} is reserved";
            if (segment.Any(unit => char.IsControl(unit) || unit >= '\uFFFE'))
                return "it has a control character, or one that XML cannot carry";
            if (ByteCount(segment) is not { } segmentBytes)
                return "it is no well-formed Unicode";
            if (segmentBytes > SegmentBytesMax)
                return $"it has a segment of {segmentBytes} bytes; {SegmentBytesMax} are allowed";
            bytes += segmentBytes + 1;
        }
        return bytes - 1 > BytesMax ? $"it has {bytes - 1} bytes; {BytesMax} are allowed" : null;
    }

    private static int? ByteCount(string segment)
    {
        try
        {
            return strict.GetByteCount(segment);
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }

    private static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length * 2);
        foreach (byte unit in strict.GetBytes(text))
        {
            if (plain.Contains((char)unit))
                encoded.Append((char)unit);
            else
                encoded.Append('%').Append(unit.ToString("X2", null));
        }
        return encoded.ToString();
    }
}
