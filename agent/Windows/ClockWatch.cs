namespace FlowLake.Agent.Windows;

/// <summary>Tells when the wall clock was set: it then moved by another time than the clock nobody sets. A machine that slept looks the same.</summary>
internal sealed class ClockWatch(TimeProvider timeProvider)
{
    /// <summary>Below it, it is a clock that is being slewed, and nobody's windows are the worse for it.</summary>
    public static readonly TimeSpan StepMin = TimeSpan.FromSeconds(1);

    private DateTimeOffset wall = timeProvider.GetUtcNow();
    private long steady = timeProvider.GetTimestamp();

    /// <summary>By how much the wall clock was set since the last look, below zero for back; zero when it was not.</summary>
    public TimeSpan Look()
    {
        var (now, timestamp) = (timeProvider.GetUtcNow(), timeProvider.GetTimestamp());
        var step = now - wall - timeProvider.GetElapsedTime(steady, timestamp);
        (wall, steady) = (now, timestamp);
        return step.Duration() < StepMin ? TimeSpan.Zero : step;
    }
}
