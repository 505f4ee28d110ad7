using System.Collections.Immutable;
using System.Globalization;

namespace FlowLake.Schemas.DeltaLog;

/// <summary>
/// The version a file's rows came into the table with: that of its own commit, or, where it holds the rows of other files, the highest of theirs. It is a tag of
/// the add, so that it outlives the commit itself in checkpoints.
/// </summary>
public static class DataVersion
{
    /// <summary>The tag's key.</summary>
    public const string Tag = "flowlake.data_version";

    /// <summary>The version; 0 for a file that does not say.</summary>
    public static long Of(AddAction add) =>
        add.Tags is { } tags && tags.TryGetValue(Tag, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;

    /// <summary>The add with the version written into it.</summary>
    public static AddAction Write(AddAction add, long version) =>
        add with { Tags = (add.Tags ?? ImmutableSortedDictionary<string, string>.Empty).SetItem(Tag, version.ToString(CultureInfo.InvariantCulture)) };
}
