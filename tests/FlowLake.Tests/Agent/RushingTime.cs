namespace FlowLake.Tests.Agent;

/// <summary>
/// A clock that does not wait: a pause of a few seconds is over at once, and the clock has moved on by it. Longer ones, which are bounds and not pauses,
/// never come, until <see cref="Release"/>.
/// </summary>
internal sealed class RushingTime(DateTimeOffset start, TimeSpan? longestPause = null) : TimeProvider
{
    private readonly TimeSpan longestPause = longestPause ?? TimeSpan.FromSeconds(3);
    private readonly Lock gate = new();
    private readonly List<Action> waiting = [];

    // A pause is made in whole milliseconds: on a clock that shows parts of one, what is left of it would never pass.
    private DateTimeOffset now = DateTimeOffset.FromUnixTimeMilliseconds(start.ToUnixTimeMilliseconds());
    private TimeSpan setBy;
    private bool released;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return now + setBy;
    }

    public override long GetTimestamp()
    {
        lock (gate)
            return now.Ticks;
    }

    /// <summary>Sets the wall clock; the clock nobody sets goes on.</summary>
    public void Set(TimeSpan by)
    {
        lock (gate)
            setBy += by;
    }

    public void Pass(TimeSpan time)
    {
        lock (gate)
            now += time;
    }

    /// <summary>Long times wait again: a new process begins.</summary>
    public void Hold()
    {
        lock (gate)
        {
            released = false;
            waiting.Clear();
        }
    }

    /// <summary>From now on bounds are met at once too, and the clock stays where it is: what waits for them is dead.</summary>
    public void Release()
    {
        Action[] due;
        lock (gate)
        {
            released = true;
            due = [.. waiting];
            waiting.Clear();
        }

        foreach (var fire in due)
            fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Timer(this, callback, state, dueTime);

    private sealed class Timer : ITimer
    {
        private readonly RushingTime time;
        private readonly TimerCallback callback;
        private readonly object? state;
        private int disposed;

        public Timer(RushingTime time, TimerCallback callback, object? state, TimeSpan dueTime)
        {
            (this.time, this.callback, this.state) = (time, callback, state);
            Change(dueTime, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime < TimeSpan.Zero)
                return true;
            if (dueTime <= time.longestPause)
            {
                Fire(dueTime);
                return true;
            }

            lock (time.gate)
            {
                if (!time.released)
                {
                    time.waiting.Add(() => Fire(TimeSpan.Zero));
                    return true;
                }
            }

            Fire(TimeSpan.Zero);
            return true;
        }

        private void Fire(TimeSpan dueTime) => ThreadPool.QueueUserWorkItem(_ =>
        {
            if (Volatile.Read(ref disposed) != 0)
                return;
            time.Pass(dueTime);
            callback(state);
        });

        public void Dispose() => Volatile.Write(ref disposed, 1);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
