namespace FlowLake.Tests.Ingest.Rounds.Simulation;

/// <summary>A clock that goes on with the turns, and whose timers ring when their turn comes.</summary>
internal sealed class TurnClock(Turns turns) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => turns.Now;

    public override long GetTimestamp() => turns.Now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        turns.Later(() => callback(state));
        return new Rung();
    }

    private sealed class Rung : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
