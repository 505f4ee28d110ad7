using System.Globalization;

namespace FlowLake.QueryApi.Relations;

/// <summary>Which version of each table a snapshot shows; -1 for a table that does not exist yet. As text: <c>12.10</c>.</summary>
public readonly record struct SnapshotVersion(long Flows, long Coverage)
{
    /// <summary>Whether no table exists yet.</summary>
    public bool IsEmpty => Flows < 0 && Coverage < 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Flows}.{Coverage}");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SnapshotVersion version)
    {
        version = default;
        var point = text.IndexOf('.');
        if (point < 0 || !TryParseNumber(text[..point], out var flows) || !TryParseNumber(text[(point + 1)..], out var coverage))
            return false;
        version = new SnapshotVersion(flows, coverage);
        return true;
    }

    private static bool TryParseNumber(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
