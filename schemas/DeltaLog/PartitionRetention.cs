using System.Collections.Immutable;
using System.Globalization;

namespace FlowLake.Schemas.DeltaLog;

/// <summary>Which partitions are past the retention. Pure.</summary>
public static class PartitionRetention
{
    /// <summary>The partition column that says the day.</summary>
    public const string DateColumn = "date";

    /// <summary>The removal of every file of a day all of whose rows are past the retention; null when there is none. A file without a day stays.</summary>
    /// <param name="snapshot">The table.</param>
    /// <param name="now">The time that counts.</param>
    /// <param name="retention">How old a row may get.</param>
    public static TableRewrite? Plan(TableSnapshot snapshot, DateTimeOffset now, TimeSpan retention)
    {
        ImmutableArray<AddAction> expired = [.. snapshot.Files.Values.Where(add => DayOf(add) is { } day && DayEnd(day) <= now - retention)];
        return expired.IsEmpty ? null : new TableRewrite(expired, [], DataChange: true);
    }

    /// <summary>The day a file's rows are of, or null.</summary>
    public static DateOnly? DayOf(AddAction add) =>
        DateOnly.TryParseExact(add.PartitionValues.GetValueOrDefault(DateColumn), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static DateTimeOffset DayEnd(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue).AddDays(1), TimeSpan.Zero);
}
