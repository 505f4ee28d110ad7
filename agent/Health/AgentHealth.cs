namespace FlowLake.Agent.Health;

/// <summary>Whether the agent runs and counts, as its parts tell it.</summary>
internal sealed class AgentHealth(TimeProvider timeProvider)
{
    /// <summary>
    /// How long the loop may be silent. It tells each second while it waits; storing a window on a slow disk may take many of them, and being ended for
    /// that would make the next one slower still.
    /// </summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromMinutes(2);

    private long toldAt = timeProvider.GetTimestamp();
    private volatile bool isReady;

    /// <summary>The directory is loaded and the kernel half open; where that had failed, a window was stored since.</summary>
    public bool IsReady => isReady;

    /// <summary>The loop, or the start before it, has told of itself within <see cref="SilenceMax"/>.</summary>
    public bool IsAlive => Silence <= SilenceMax;

    /// <summary>Time since the loop last told of itself.</summary>
    public TimeSpan Silence => timeProvider.GetElapsedTime(Interlocked.Read(ref toldAt));

    /// <summary>The loop is at work.</summary>
    public void Tick() => Interlocked.Exchange(ref toldAt, timeProvider.GetTimestamp());

    /// <summary>From here on traffic is counted and named.</summary>
    public void Ready()
    {
        Tick();
        isReady = true;
    }

    /// <summary>It is about to end, or the kernel half failed; the next window that is stored shows that it counts again.</summary>
    public void NotReady() => isReady = false;
}
