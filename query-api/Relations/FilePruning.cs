using System.Globalization;
using System.Text.Json;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Rollups;
using FlowLake.Schemas.Tables;

namespace FlowLake.QueryApi.Relations;

/// <summary>Which files of a table can hold rows within some bounds, by what the log says of them. Pure.</summary>
/// <remarks>A file is left out only for what the log surely says: a partition value, or a minimum and maximum that are never narrower than the truth.</remarks>
internal static class FilePruning
{
    private const string WindowStart = "window_start";

    private static readonly long MicrosOfHour = (long)TimeSpan.FromHours(1).TotalMicroseconds;
    private static readonly long MicrosOfDay = (long)TimeSpan.FromDays(1).TotalMicroseconds;

    /// <summary>The bounds that matter to a table, those of its date among them where only a time is bounded: ingest sets the date from it.</summary>
    public static RowBounds Of(TableDefinition table, RowBounds bounds)
    {
        var own = bounds.All.Where(bound => table.Columns.Any(column => column.Name == bound.Key)).Aggregate(RowBounds.None, (all, bound) => all.And(bound.Key, bound.Value));
        var time = table.Columns.FirstOrDefault(column => column.Name == WindowStart || column.Name == RollupTables.Hour.Name);
        return time is not null && table.PartitionColumns.Contains(FlowColumns.Date.Name) && own.Of(time.Name) is { } times
            ? own.And(FlowColumns.Date.Name, new ValueBounds(Day(times.Low), Day(times.High)))
            : own;
    }

    /// <summary>Bounds of an hour as bounds of the windows that start in it.</summary>
    public static RowBounds HourAsWindowStart(RowBounds bounds) => bounds.Of(RollupTables.Hour.Name) is { } hours
        ? bounds.And(WindowStart, hours with { High = hours.High is { } high && high.Number <= long.MaxValue - MicrosOfHour ? new BoundValue(high.Number + MicrosOfHour) : null })
        : bounds;

    /// <summary>Whether a row within the bounds can be in the file.</summary>
    /// <param name="table">The file's table.</param>
    /// <param name="add">What the log says of the file.</param>
    /// <param name="bounds">What <see cref="Of"/> gave for the table.</param>
    public static bool MayHold(TableDefinition table, AddAction add, RowBounds bounds)
    {
        // Partition values first: they leave most files out, and statistics are costly to read.
        var (partitions, others) = (bounds.All.Where(bound => table.PartitionColumns.Contains(bound.Key)), bounds.All.Where(bound => !table.PartitionColumns.Contains(bound.Key)).ToArray());
        if (!partitions.All(bound => PartitionMayHold(TypeOf(table, bound.Key), add.PartitionValues.GetValueOrDefault(bound.Key), bound.Value)))
            return false;
        if (others.Length == 0 || add.Stats is null)
            return true;
        using var statistics = JsonDocument.Parse(add.Stats);
        return others.All(bound => bound.Value.Overlaps(Statistics(statistics.RootElement, bound.Key, TypeOf(table, bound.Key))));
    }

    // A null is within no bounds.
    private static bool PartitionMayHold(ColumnType type, string? value, ValueBounds bounds) =>
        value is not null && (Parse(type, value) is not { } parsed || bounds.Overlaps(new ValueBounds(parsed, parsed)));

    private static ValueBounds Statistics(JsonElement statistics, string column, ColumnType type)
    {
        var high = Bound(statistics, "maxValues", column, type);
        // The protocol lets a writer cut a time to the millisecond, the maximum too.
        if (type == ColumnType.Timestamp && high is { } time)
            high = new BoundValue(time.Number + 1_000);
        return new ValueBounds(Bound(statistics, "minValues", column, type), high);
    }

    private static BoundValue? Bound(JsonElement statistics, string kind, string column, ColumnType type)
    {
        if (!statistics.TryGetProperty(kind, out var values) || !values.TryGetProperty(column, out var value))
            return null;
        return value.ValueKind switch
        {
            JsonValueKind.String => Parse(type, value.GetString()!),
            JsonValueKind.Number when type is ColumnType.Int32 or ColumnType.Int64 && value.TryGetInt64(out var number) => new BoundValue(number),
            _ => null,
        };
    }

    private static BoundValue? Parse(ColumnType type, string text) => type switch
    {
        ColumnType.String => new BoundValue(0, text),
        ColumnType.Date when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) => BoundValue.Of(date),
        ColumnType.Timestamp when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => BoundValue.Of(time),
        _ => null,
    };

    private static BoundValue? Day(BoundValue? time) => time is { } value ? new BoundValue((long)Math.Floor((decimal)value.Number / MicrosOfDay)) : null;

    private static ColumnType TypeOf(TableDefinition table, string column) => table.Columns.First(candidate => candidate.Name == column).Type;
}
