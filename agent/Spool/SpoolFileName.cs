using System.Globalization;

namespace FlowLake.Agent.Spool;

/// <summary>The two names a spool file has in its life: first that of its drain, then that of its place in the stream.</summary>
internal static class SpoolFileName
{
    public const string Suffix = ".parquet";

    /// <summary>The name of a window's file before it is offered: whoever finds the drain again finds its file by it.</summary>
    public static string OfDrain(Guid pinSet, long epoch) => $"{pinSet:N}-{epoch.ToString(CultureInfo.InvariantCulture)}{Suffix}";

    /// <summary>The name from the moment it is offered.</summary>
    public static string OfSequence(long sequence) => sequence.ToString("D20", CultureInfo.InvariantCulture) + Suffix;

    public static bool TryParseDrain(string name, out Guid pinSet, out long epoch)
    {
        pinSet = default;
        epoch = 0;
        return name.EndsWith(Suffix, StringComparison.Ordinal)
            && name[..^Suffix.Length].Split('-') is [var set, var number]
            && Guid.TryParseExact(set, "N", out pinSet)
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out epoch);
    }

    public static bool TryParseSequence(string name, out long sequence)
    {
        sequence = 0;
        return name.Length == 20 + Suffix.Length
            && name.EndsWith(Suffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, 20), NumberStyles.None, CultureInfo.InvariantCulture, out sequence);
    }
}
