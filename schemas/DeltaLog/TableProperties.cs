using System.Collections.Immutable;
using System.Globalization;
using FlowLake.Schemas.Tables;

namespace FlowLake.Schemas.DeltaLog;

/// <summary>The table properties FlowLake sets and keeps to. Source: https://docs.delta.io/latest/table-properties.html.</summary>
public static class TableProperties
{
    /// <summary>Only the first so many columns have statistics.</summary>
    public const string IndexedColumns = "delta.dataSkippingNumIndexedCols";

    /// <summary>How long a removed file is kept, as an interval: the longest a reader may still be at an older version.</summary>
    public const string TombstoneRetentionProperty = "delta.deletedFileRetentionDuration";

    /// <summary>How long versions can be travelled back to, as an interval.</summary>
    public const string LogRetentionProperty = "delta.logRetentionDuration";

    /// <summary>Where it is "true", rows may be added and never removed.</summary>
    public const string AppendOnly = "delta.appendOnly";

    private static readonly TimeSpan tombstoneRetentionDefault = TimeSpan.FromDays(7);
    private static readonly TimeSpan logRetentionDefault = TimeSpan.FromDays(30);

    /// <summary>The properties a new table starts with. The intervals are the protocol's own defaults, written out so that they can be seen and changed.</summary>
    public static readonly ImmutableSortedDictionary<string, string> OfNewTable = ImmutableSortedDictionary<string, string>.Empty
        .Add(IndexedColumns, TableDefinition.IndexedColumns.ToString(CultureInfo.InvariantCulture))
        .Add(TombstoneRetentionProperty, "interval 7 days")
        .Add(LogRetentionProperty, "interval 30 days");

    /// <summary>How long a removed file is kept.</summary>
    /// <exception cref="DeltaLogException">The property is no interval.</exception>
    public static TimeSpan TombstoneRetention(MetadataAction metadata) => Interval(metadata, TombstoneRetentionProperty, tombstoneRetentionDefault);

    /// <summary>How long old versions are kept.</summary>
    /// <exception cref="DeltaLogException">The property is no interval.</exception>
    public static TimeSpan LogRetention(MetadataAction metadata) => Interval(metadata, LogRetentionProperty, logRetentionDefault);

    private static TimeSpan Interval(MetadataAction metadata, string property, TimeSpan absent)
    {
        if (!metadata.Configuration.TryGetValue(property, out var text))
            return absent;
        return ParseInterval(text)
            ?? throw new DeltaLogException($"table {metadata.Name}: its property {property} is \"{text}\"; FlowLake reads intervals such as \"interval 7 days\" or \"interval 12 hours 30 minutes\"");
    }

    /// <summary>The length of a text such as <c>interval 1 week</c>, or null when it is none, or one of months, whose length nobody knows.</summary>
    internal static TimeSpan? ParseInterval(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList();
        if (words is ["interval" or "INTERVAL", ..])
            words.RemoveAt(0);
        if (words.Count == 0 || words.Count % 2 != 0)
            return null;
        var sum = TimeSpan.Zero;
        for (var index = 0; index < words.Count; index += 2)
        {
            if (!int.TryParse(words[index], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || Unit(words[index + 1]) is not { } unit)
                return null;
            sum += unit * count;
        }

        return sum;
    }

    private static TimeSpan? Unit(string word) => word.ToUpperInvariant().TrimEnd('S') switch
    {
        "WEEK" => TimeSpan.FromDays(7),
        "DAY" => TimeSpan.FromDays(1),
        "HOUR" => TimeSpan.FromHours(1),
        "MINUTE" => TimeSpan.FromMinutes(1),
        "SECOND" => TimeSpan.FromSeconds(1),
        "MILLISECOND" => TimeSpan.FromMilliseconds(1),
        _ => null,
    };
}
