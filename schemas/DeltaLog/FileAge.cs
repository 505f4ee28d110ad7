using System.Globalization;
using System.Text.Json;
using FlowLake.Schemas.Flows;

namespace FlowLake.Schemas.DeltaLog;

/// <summary>How new the rows of a data file are, by what the log says of it. Pure.</summary>
public static class FileAge
{
    private const string WindowStart = "window_start";

    /// <summary>A time after which no window of the file's rows starts; the end of all time where the log does not say.</summary>
    /// <remarks>The protocol lets a writer cut a time to the millisecond, a maximum too, so the bound is a millisecond later.</remarks>
    public static DateTimeOffset Newest(AddAction add)
    {
        var day = add.PartitionValues.TryGetValue(FlowColumns.Date.Name, out var text) && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date < DateOnly.MaxValue
            ? new DateTimeOffset(date.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero)
            : DateTimeOffset.MaxValue;
        return LastWindow(add.Stats) is { } last && last < day ? last : day;
    }

    private static DateTimeOffset? LastWindow(string? statistics)
    {
        if (statistics is null)
            return null;
        using var document = JsonDocument.Parse(statistics);
        return document.RootElement.TryGetProperty("maxValues", out var maxima) && maxima.TryGetProperty(WindowStart, out var last) && last.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParse(last.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && time.Year < 9999
            ? time.AddMilliseconds(1)
            : null;
    }
}
