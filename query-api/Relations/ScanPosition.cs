using System.Globalization;

namespace FlowLake.QueryApi.Relations;

/// <summary>A row's place in the order files are scanned in, as its key says it: <c>FILE-ROW</c>, and behind it the part, where a relation makes more than one row of it.</summary>
/// <param name="File">The file's name without its extension.</param>
/// <param name="Row">The row's number in it, from 0.</param>
/// <param name="Part">What the key has behind these, or null.</param>
internal sealed record ScanPosition(string File, long Row, string? Part)
{
    public static ScanPosition Parse(string key)
    {
        string? part = null;
        if (!char.IsAsciiDigit(key[^1]))
        {
            var cut = key.LastIndexOf('-');
            (key, part) = (key[..cut], key[(cut + 1)..]);
        }

        var dash = key.LastIndexOf('-');
        return new ScanPosition(key[..dash], long.Parse(key.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture), part);
    }
}
