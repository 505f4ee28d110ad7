using System.Globalization;
using FlowLake.Lake.Tables;

namespace FlowLake.QueryApi.Relations;

/// <summary>Which version of each table a snapshot shows, in the order of <see cref="LakeTables.All"/>; -1 for a table that does not exist yet. As text: <c>12.10.9.-1</c>.</summary>
public readonly record struct SnapshotVersion
{
    private const char Separator = '.';

    // As text, so that two versions of the same numbers are equal.
    private readonly string text;

    private SnapshotVersion(string text) => this.text = text;

    /// <summary>The version of the table <c>flows</c>.</summary>
    public long Flows => long.Parse(text.AsSpan(0, text.IndexOf(Separator, StringComparison.Ordinal)), CultureInfo.InvariantCulture);

    /// <summary>Whether no table exists yet: none is fed before <c>flows</c>.</summary>
    public bool IsEmpty => Flows < 0;

    public static SnapshotVersion Of(IEnumerable<long> versions) => new(string.Join(Separator, versions.Select(version => version.ToString(CultureInfo.InvariantCulture))));

    public override string ToString() => text;

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SnapshotVersion version)
    {
        version = default;
        var numbers = new List<long>();
        foreach (var part in text.Split(Separator))
        {
            if (!long.TryParse(text[part], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                return false;
            numbers.Add(number);
        }

        version = Of(numbers);
        return numbers.Count == LakeTables.All.Length;
    }
}
