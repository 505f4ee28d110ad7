namespace FlowLake.Tests.Agent.Directory.Kubernetes;

/// <summary>A clock whose timers fire after a fraction of their time.</summary>
/// <param name="times">How many times sooner.</param>
/// <param name="below">Timers that are as long or longer take their whole time.</param>
internal sealed class HastyTime(int times, TimeSpan below) : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(base.CreateTimer(callback, state, Sooner(dueTime), period), this);

    private TimeSpan Sooner(TimeSpan dueTime) => dueTime > TimeSpan.Zero && dueTime < below ? dueTime / times : dueTime;

    private sealed class Timer(ITimer inner, HastyTime time) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(time.Sooner(dueTime), period);

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
