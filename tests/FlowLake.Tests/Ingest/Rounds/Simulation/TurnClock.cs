namespace FlowLake.Tests.Ingest.Rounds.Simulation;

/// <summary>A clock that stands still, and whose timers ring when their turn comes.</summary>
internal sealed class TurnClock(Turns turns) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => new(2026, 11, 21, 4, 0, 0, TimeSpan.Zero);

    public override long GetTimestamp() => 0;

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
