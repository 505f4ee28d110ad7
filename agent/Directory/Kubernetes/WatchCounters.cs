namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>What the watches of the API server did. Safe for several threads.</summary>
internal sealed class WatchCounters
{
    private long lists;
    private long events;
    private long skipped;
    private long failures;
    private long expired;

    /// <summary>Lists read to their end.</summary>
    public long Lists => Interlocked.Read(ref lists);

    /// <summary>Events of watches, bookmarks included.</summary>
    public long Events => Interlocked.Read(ref events);

    /// <summary>Objects left out: too long, unreadable, or beyond the bound of their kind.</summary>
    public long Skipped => Interlocked.Read(ref skipped);

    /// <summary>Requests that failed or were refused.</summary>
    public long Failures => Interlocked.Read(ref failures);

    /// <summary>Times the server no longer knew where a watch or a list was, so that it was listed anew.</summary>
    public long Expired => Interlocked.Read(ref expired);

    public void Listed() => Interlocked.Increment(ref lists);

    public void Happened() => Interlocked.Increment(ref events);

    public void Skip(long objects = 1) => Interlocked.Add(ref skipped, objects);

    public void Failed() => Interlocked.Increment(ref failures);

    public void Expire() => Interlocked.Increment(ref expired);
}
