namespace FlowLake.Lake.Duck;

/// <summary>The engine's times and dates against those of .NET. Both count from the same calendar; only their origin and range differ.</summary>
public static class DuckTime
{
    internal const long MicrosecondsPerDay = 86_400_000_000;
    internal const long NanosecondsPerDay = 86_400_000_000_000;
    private static readonly int EpochDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <summary>Microseconds since 1970-01-01 UTC, as TIMESTAMP and TIMESTAMPTZ hold them; what is finer is cut off towards the past.</summary>
    public static long MicrosecondsOf(DateTimeOffset time) => FloorDivide(time.UtcTicks - DateTime.UnixEpoch.Ticks, TimeSpan.TicksPerMicrosecond);

    /// <summary>Days since 1970-01-01, as DATE holds them.</summary>
    public static int DaysOf(DateOnly date) => date.DayNumber - EpochDay;

    /// <summary>The time of so many microseconds since 1970-01-01 UTC.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside the years 1 to 9999, or infinity.</exception>
    public static DateTimeOffset TimeOf(long microseconds)
        => TryTimeOf(microseconds, out var time) ? time : throw new ArgumentOutOfRangeException(nameof(microseconds), microseconds, "Outside the years 1 to 9999.");

    /// <summary>The date of so many days since 1970-01-01.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside the years 1 to 9999, or infinity.</exception>
    public static DateOnly DateOf(int days)
        => TryDateOf(days, out var date) ? date : throw new ArgumentOutOfRangeException(nameof(days), days, "Outside the years 1 to 9999.");

    internal static bool TryTimeOf(long microseconds, out DateTimeOffset time)
    {
        const long first = -62_135_596_800_000_000;
        const long last = 253_402_300_799_999_999;
        var inside = microseconds is >= first and <= last;
        time = inside ? DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond) : default;
        return inside;
    }

    internal static bool TryDateOf(int days, out DateOnly date)
    {
        var number = (long)days + EpochDay;
        var inside = number >= 0 && number <= DateOnly.MaxValue.DayNumber;
        date = inside ? DateOnly.FromDayNumber((int)number) : default;
        return inside;
    }

    internal static long FloorDivide(long value, long divisor)
    {
        var quotient = value / divisor;
        return value % divisor < 0 ? quotient - 1 : quotient;
    }
}
