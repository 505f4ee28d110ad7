using System.Collections.Immutable;
using System.Text;

namespace FlowLake.QueryApi.Relations;

/// <summary>A value that can bound a column: text, or a number, which for a date is its day and for a time its microsecond since 1970.</summary>
internal readonly record struct BoundValue(long Number, string? Text = null) : IComparable<BoundValue>
{
    private const long EpochMicros = 62_135_596_800_000_000;
    private const long MicrosMax = 253_402_300_800_000_000;

    private static readonly int EpochDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    public static BoundValue Of(DateOnly date) => new(date.DayNumber - EpochDay);

    /// <summary>The microsecond the time lies in.</summary>
    public static BoundValue Of(DateTimeOffset time) => new((long)Math.Floor((time.UtcTicks - DateTime.UnixEpoch.Ticks) / (decimal)TimeSpan.TicksPerMicrosecond));

    /// <summary>The day it stands for; null where there is no such day.</summary>
    public DateOnly? ToDate() => Number + EpochDay is var day && day >= DateOnly.MinValue.DayNumber && day <= DateOnly.MaxValue.DayNumber ? DateOnly.FromDayNumber((int)day) : null;

    /// <summary>The time it stands for; null where there is no such time.</summary>
    public DateTimeOffset? ToTime() => Number >= -EpochMicros && Number < MicrosMax ? new DateTimeOffset(DateTime.UnixEpoch).AddTicks(Number * TimeSpan.TicksPerMicrosecond) : null;

    /// <summary>Texts compare as the engine compares them, by the bytes of their UTF-8.</summary>
    public int CompareTo(BoundValue other) =>
        Text is null || other.Text is null ? Number.CompareTo(other.Number) : Encoding.UTF8.GetBytes(Text).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other.Text));
}

/// <summary>From a value to a value, both included; null where it is open.</summary>
internal readonly record struct ValueBounds(BoundValue? Low, BoundValue? High)
{
    /// <summary>What lies within both.</summary>
    public ValueBounds And(ValueBounds other) => new(Pick(Low, other.Low, 1, Low ?? other.Low), Pick(High, other.High, -1, High ?? other.High));

    /// <summary>The least that holds both.</summary>
    public ValueBounds Or(ValueBounds other) => new(Pick(Low, other.Low, -1, null), Pick(High, other.High, 1, null));

    public bool Overlaps(ValueBounds other) =>
        !(Low is { } low && other.High is { } high && low.CompareTo(high) > 0) && !(High is { } top && other.Low is { } bottom && top.CompareTo(bottom) < 0);

    // The one of two that lies further in a direction; where one is open, what is given.
    private static BoundValue? Pick(BoundValue? one, BoundValue? other, int direction, BoundValue? open) =>
        one is { } first && other is { } second ? (first.CompareTo(second) * direction >= 0 ? first : second) : open;
}

/// <summary>What a question says of the rows it needs, column by column: a row outside of one of the bounds, or null there, does not matter to it.</summary>
internal sealed record RowBounds
{
    public static readonly RowBounds None = new();

    private ImmutableDictionary<string, ValueBounds> Columns { get; init; } = ImmutableDictionary<string, ValueBounds>.Empty;

    public IEnumerable<KeyValuePair<string, ValueBounds>> All => Columns;

    public ValueBounds? Of(string column) => Columns.TryGetValue(column, out var bounds) ? bounds : null;

    /// <summary>These, and one more.</summary>
    public RowBounds And(string column, ValueBounds bounds) =>
        bounds == default ? this : this with { Columns = Columns.SetItem(column, Of(column) is { } present ? present.And(bounds) : bounds) };

    public RowBounds And(RowBounds other) => other.Columns.Aggregate(this, (both, bound) => both.And(bound.Key, bound.Value));

    /// <summary>What holds for the rows of either.</summary>
    public RowBounds Or(RowBounds other) =>
        Columns.Where(bound => other.Columns.ContainsKey(bound.Key)).Aggregate(None, (either, bound) => either.And(bound.Key, bound.Value.Or(other.Columns[bound.Key])));
}
