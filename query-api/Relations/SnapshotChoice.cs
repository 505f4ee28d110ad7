using System.Globalization;

namespace FlowLake.QueryApi.Relations;

/// <summary>Which snapshot a question is of: the newest, that of a version, or the one that was the newest at a time.</summary>
public sealed record SnapshotChoice
{
    public static readonly SnapshotChoice Newest = new();

    private SnapshotChoice()
    {
    }

    /// <summary>The version asked for, or null.</summary>
    public SnapshotVersion? Version { get; private init; }

    /// <summary>The time asked for, or null.</summary>
    public DateTimeOffset? AsOf { get; private init; }

    /// <summary>What to tell when it is not held.</summary>
    public string GoneMessage => (Version is { } version ? $"Version {version} is not held" : $"The version that was the newest at {AsOf:yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'} is not held")
        + ": old ones are kept for a while after their last question. " + StartAgain;

    /// <summary>How to go on without it.</summary>
    public const string StartAgain = "Ask again from the start, without version or asOf: the answer is of the newest, and its header FlowLake-Version names it.";

    public static SnapshotChoice Of(SnapshotVersion version) => new() { Version = version };

    public static SnapshotChoice At(DateTimeOffset time) => new() { AsOf = time };

    /// <summary>Reads what a request says.</summary>
    /// <param name="version">As a header <c>FlowLake-Version</c> has it; null or empty for none.</param>
    /// <param name="asOf">A time as RFC 3339 has it; null or empty for none.</param>
    /// <param name="now">The time; a later one is nobody's to ask for.</param>
    /// <param name="choice">What is meant.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? TryRead(string? version, string? asOf, DateTimeOffset now, out SnapshotChoice choice)
    {
        choice = Newest;
        switch (version, asOf)
        {
            case (null or "", null or ""):
                return null;
            case ({ Length: > 0 }, { Length: > 0 }):
                return "version and asOf exclude each other; name one.";
            case ({ Length: > 0 }, _):
                if (!SnapshotVersion.TryParse(version, out var parsed))
                    return $"\"{version}\" is no version; take one from the header FlowLake-Version of an answer.";
                choice = Of(parsed);
                return null;
            default:
                if (!DateTimeOffset.TryParseExact(asOf, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
                    return $"asOf is \"{asOf}\"; write a time like 2026-11-21T14:00:00Z.";
                if (time > now)
                    return $"asOf is {time:yyyy-MM-dd'T'HH:mm:ss'Z'}, which is yet to come: what it will be of can still change.";
                choice = At(time);
                return null;
        }
    }

    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd"];
}
