namespace FlowLake.Lake.Duck;

internal static partial class DuckText
{
    private static int Infinity(bool negative, Span<byte> destination) => Ascii(negative ? "-infinity"u8 : "infinity"u8, destination);

    internal static int Date(int days, Span<byte> destination)
        => days is int.MaxValue or -int.MaxValue ? Infinity(days < 0, destination) : Day(days, destination);

    /// <summary>A time of so many parts of a second since 1970-01-01, as ISO 8601 with Z: the session is always UTC, so one without a zone is UTC as well.</summary>
    /// <param name="value">Parts of a second.</param>
    /// <param name="digits">Power of ten of the parts: 0, 3, 6 or 9.</param>
    /// <param name="destination">Where to write.</param>
    internal static int Timestamp(long value, int digits, Span<byte> destination)
    {
        if (value is long.MaxValue or -long.MaxValue)
            return Infinity(value < 0, destination);
        var perDay = 86_400 * PowerOfTen(digits);
        var days = DuckTime.FloorDivide(value, perDay);
        // In this order nothing overflows, which days * perDay may at the earliest timestamps.
        var rest = value % perDay;
        var at = Day(days, destination);
        destination[at++] = (byte)'T';
        at += TimeOfDay(rest < 0 ? rest + perDay : rest, digits, destination[at..]);
        destination[at++] = (byte)'Z';
        return at;
    }

    private static int TimeOfDay(long value, int digits, Span<byte> destination)
    {
        var perSecond = PowerOfTen(digits);
        var seconds = value / perSecond;
        var at = Padded(seconds / 3_600, 2, destination);
        destination[at++] = (byte)':';
        at += Padded(seconds / 60 % 60, 2, destination[at..]);
        destination[at++] = (byte)':';
        at += Padded(seconds % 60, 2, destination[at..]);
        return at + Fraction(value % perSecond, digits, destination[at..]);
    }

    // Zeros at the end of a fraction say nothing and are left out.
    private static int Fraction(long value, int digits, Span<byte> destination)
    {
        if (value == 0)
            return 0;
        for (; value % 10 == 0; value /= 10)
            digits--;
        destination[0] = (byte)'.';
        return 1 + Padded(value, digits, destination[1..]);
    }

    private static int ZonedTime(ulong value, Span<byte> destination)
    {
        const int offsetBits = 24;
        const int largestOffset = 57_599;
        var at = TimeOfDay((long)(value >> offsetBits), 6, destination);
        var offset = largestOffset - (int)(value & 0xFF_FFFF);
        destination[at++] = offset < 0 ? (byte)'-' : (byte)'+';
        offset = Math.Abs(offset);
        at += Padded(offset / 3_600, 2, destination[at..]);
        if (offset % 3_600 != 0)
        {
            destination[at++] = (byte)':';
            at += Padded(offset / 60 % 60, 2, destination[at..]);
        }
        if (offset % 60 != 0)
        {
            destination[at++] = (byte)':';
            at += Padded(offset % 60, 2, destination[at..]);
        }
        return at;
    }

    // Source: "chrono-compatible low-level date algorithms", Howard Hinnant, civil_from_days. .NET's own calendar ends at the years 1 and 9999.
    private static int Day(long days, Span<byte> destination)
    {
        const long daysPerEra = 146_097;
        var shifted = days + 719_468;
        var era = DuckTime.FloorDivide(shifted, daysPerEra);
        var dayOfEra = shifted - era * daysPerEra;
        var yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        var dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        var monthFromMarch = (5 * dayOfYear + 2) / 153;
        var month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        var year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        var at = Year(year, destination);
        destination[at++] = (byte)'-';
        at += Padded(month, 2, destination[at..]);
        destination[at++] = (byte)'-';
        return at + Padded(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1, 2, destination[at..]);
    }

    // ISO 8601: years outside 0000 to 9999 carry a sign and six digits or more; the year before 0001 is 0000.
    private static int Year(long year, Span<byte> destination)
    {
        if (year is >= 0 and <= 9_999)
            return Padded(year, 4, destination);
        destination[0] = year < 0 ? (byte)'-' : (byte)'+';
        return 1 + Padded(Math.Abs(year), 6, destination[1..]);
    }

    internal static int Interval(DuckInterval interval, Span<byte> destination)
    {
        var at = Part(interval.Months / 12, " year"u8, destination, 0);
        at = Part(interval.Months % 12, " month"u8, destination, at);
        at = Part(interval.Days, " day"u8, destination, at);
        if (interval.Microseconds == 0 && at > 0)
            return at;
        if (at > 0)
            destination[at++] = (byte)' ';
        if (interval.Microseconds < 0)
            destination[at++] = (byte)'-';
        var magnitude = unchecked((ulong)(interval.Microseconds < 0 ? -interval.Microseconds : interval.Microseconds));
        at += Padded((long)(magnitude / 3_600_000_000), 2, destination[at..]);
        Span<byte> rest = stackalloc byte[32];
        // The rest of the hour reads as a time of day whose hour is 00.
        var length = TimeOfDay((long)(magnitude % 3_600_000_000), 6, rest);
        return at + Ascii(rest[2..length], destination[at..]);
    }

    private static int Part(long value, ReadOnlySpan<byte> name, Span<byte> destination, int at)
    {
        if (value == 0)
            return at;
        if (at > 0)
            destination[at++] = (byte)' ';
        at += Number(value, destination[at..]);
        at += Ascii(name, destination[at..]);
        if (value is not (1 or -1))
            destination[at++] = (byte)'s';
        return at;
    }

    private static int Padded(long value, int width, Span<byte> destination)
    {
        var digits = 1;
        for (var rest = value / 10; rest > 0; rest /= 10)
            digits++;
        var length = Math.Max(digits, width);
        for (var at = length - 1; at >= 0; at--, value /= 10)
            destination[at] = (byte)('0' + value % 10);
        return length;
    }

    private static long PowerOfTen(int digits) => digits switch { 0 => 1, 3 => 1_000, 6 => 1_000_000, _ => 1_000_000_000 };
}
