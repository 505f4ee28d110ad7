namespace FlowLake.Agent.Windows;

/// <summary>Where windows begin and end: at multiples of their length since 1970-01-01 UTC, the same in every agent. No clock, no I/O.</summary>
/// <param name="length">Length of a whole window, more than zero.</param>
public readonly struct WindowClock(TimeSpan length)
{
    /// <summary>The first boundary after the time.</summary>
    public DateTimeOffset BoundaryAfter(DateTimeOffset time)
    {
        var sinceEpoch = (time - DateTimeOffset.UnixEpoch).Ticks;
        return DateTimeOffset.UnixEpoch.AddTicks((Math.DivRem(sinceEpoch, length.Ticks, out var rest) + (rest < 0 ? 0 : 1)) * length.Ticks);
    }

    /// <summary>
    /// The end of the window that was to end at <paramref name="planned"/> and is closed <paramref name="now"/>. The plan stands when the clock is near it;
    /// otherwise (the machine slept, the clock was set) the end is what the clock says, and never before a second after <paramref name="start"/>.
    /// </summary>
    public DateTimeOffset End(DateTimeOffset start, DateTimeOffset planned, DateTimeOffset now)
    {
        var end = (now - planned).Duration() * 2 <= length ? planned : WholeSecond(now);
        return end > start ? end : start.AddSeconds(1);
    }

    /// <summary>The end of a window closed before its time.</summary>
    public static DateTimeOffset EarlyEnd(DateTimeOffset start, DateTimeOffset now)
    {
        var end = WholeSecond(now.AddSeconds(0.5));
        return end > start ? end : start.AddSeconds(1);
    }

    /// <summary>The second the time is in. First windows begin at one, so that their length in seconds is exact.</summary>
    public static DateTimeOffset WholeSecond(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
