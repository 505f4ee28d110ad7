using System.Globalization;

namespace FlowLake.Schemas.Inbox;

/// <summary>The key of an inbox file: <c>inbox/&lt;node&gt;/&lt;incarnation&gt;/&lt;sequence&gt;.parquet</c>.</summary>
/// <param name="Stream">The agent incarnation that wrote it.</param>
/// <param name="Sequence">1 for the stream's first file; the next file has the next number. Written with 20 digits so that key order is number order.</param>
public readonly record struct InboxKey(StreamId Stream, long Sequence)
{
    /// <summary>The folder of all inbox files.</summary>
    public const string Prefix = "inbox/";

    internal const string Suffix = ".parquet";

    /// <summary>The object's key. The node is percent-encoded, so any node name is one segment.</summary>
    public string Key => Stem + Suffix;

    /// <summary>What the keys of the file and of its side objects begin with.</summary>
    public string Stem => $"{Prefix}{Stream.AppId}/{Sequence:D20}";

    /// <summary>Reads a key. False for a key that is no inbox file's: such an object is left alone and reported.</summary>
    public static bool TryParse(string key, out InboxKey parsed)
    {
        parsed = default;
        if (!key.StartsWith(Prefix, StringComparison.Ordinal) || !key.EndsWith(Suffix, StringComparison.Ordinal))
            return false;
        var parts = key[Prefix.Length..^Suffix.Length].Split('/');
        if (parts.Length != 3
            || !Guid.TryParseExact(parts[1], "D", out var incarnation)
            || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            || sequence < 1)
            return false;
        parsed = new InboxKey(new StreamId(Uri.UnescapeDataString(parts[0]), incarnation), sequence);
        return parsed.Key == key;
    }
}
