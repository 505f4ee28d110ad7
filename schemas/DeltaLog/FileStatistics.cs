using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlowLake.Schemas.Tables;

namespace FlowLake.Schemas.DeltaLog;

/// <summary>Smallest and largest value of a column in a file, and how many of its values are null. Values are DuckDB's text of them.</summary>
/// <param name="Minimum">Null when every value is null or the writer gave none.</param>
public sealed record ColumnStatistics(string? Minimum, string? Maximum, long? NullCount);

/// <summary>Statistics of one data file as the log carries them. They may be wider than the truth, never narrower.</summary>
public static class FileStatistics
{
    /// <summary>Characters of text kept of a minimum or maximum.</summary>
    public const int TextLength = 32;

    /// <summary>The protocol's JSON for the first <see cref="TableDefinition.IndexedColumns"/> columns that stand in the file.</summary>
    /// <param name="table">The table the file belongs to.</param>
    /// <param name="rows">Rows in the file.</param>
    /// <param name="columns">What the writer said, by column name. A column it said nothing of is left out.</param>
    public static string ToJson(TableDefinition table, long rows, IReadOnlyDictionary<string, ColumnStatistics> columns)
    {
        var minimum = new JsonObject();
        var maximum = new JsonObject();
        var nulls = new JsonObject();
        foreach (var column in table.DataColumns.Take(TableDefinition.IndexedColumns))
        {
            if (!columns.TryGetValue(column.Name, out var statistics))
                continue;
            if (statistics.NullCount is { } count)
                nulls[column.Name] = count;
            if (statistics.Minimum is { } low && Bound(column.Type, low, upper: false) is { } lowest)
                minimum[column.Name] = lowest;
            if (statistics.Maximum is { } high && Bound(column.Type, high, upper: true) is { } highest)
                maximum[column.Name] = highest;
        }

        return new JsonObject { ["numRecords"] = rows, ["minValues"] = minimum, ["maxValues"] = maximum, ["nullCount"] = nulls }.ToJsonString();
    }

    /// <summary>Rows of a file by its statistics; null where there are none.</summary>
    public static long? RowCount(string? statistics)
    {
        if (statistics is null)
            return null;
        using var document = JsonDocument.Parse(statistics);
        return document.RootElement.TryGetProperty("numRecords", out var rows) ? rows.GetInt64() : null;
    }

    /// <summary>One bound as the protocol writes it, or null where none can be given.</summary>
    public static JsonNode? Bound(ColumnType type, string text, bool upper) => type switch
    {
        // The protocol keeps no bounds of booleans.
        ColumnType.Boolean => null,
        ColumnType.Int32 or ColumnType.Int64 => JsonValue.Create(long.Parse(text, CultureInfo.InvariantCulture)),
        ColumnType.Date => JsonValue.Create(text),
        ColumnType.Timestamp => JsonValue.Create(TimestampBound(text, upper)),
        ColumnType.String => upper ? (UpperText(text) is { } cut ? JsonValue.Create(cut) : null) : JsonValue.Create(LowerText(text)),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "a column type without bounds"),
    };

    // Readers take a timestamp's bounds as truncated to the millisecond; the upper one is therefore rounded up to it.
    private static string TimestampBound(string text, bool upper)
    {
        var instant = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
        var odd = instant.Ticks % TimeSpan.TicksPerMillisecond;
        var bound = instant.AddTicks(-odd);
        if (upper && odd != 0)
            bound = bound.AddMilliseconds(1);
        return bound.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }

    private static string LowerText(string text)
    {
        var runes = text.EnumerateRunes().Take(TextLength);
        return string.Concat(runes.Select(rune => rune.ToString()));
    }

    // A cut maximum must still be at or above every value: the last kept character that can grow is raised by one.
    private static string? UpperText(string text)
    {
        var runes = text.EnumerateRunes().ToArray();
        if (runes.Length <= TextLength)
            return text;
        for (var last = TextLength - 1; last >= 0; last--)
        {
            var raised = runes[last].Value + 1 == 0xD800 ? 0xE000 : runes[last].Value + 1;
            if (raised <= 0x10FFFF)
                return string.Concat(runes.Take(last).Select(rune => rune.ToString())) + new System.Text.Rune(raised);
        }

        return null;
    }
}
