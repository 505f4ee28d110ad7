namespace FlowLake.QueryApi.Relations;

/// <summary>The newest snapshot, and of those before it the ones that a question reads or a further page may still ask for. For any number of threads.</summary>
/// <remarks>
/// Guarantees: 1. the newest and those in use stay; 2. another one stays for <paramref name="hold"/> after it was last used or replaced, whichever was later, while there are not more than
/// <paramref name="max"/>; 3. beyond that number those go first that nobody ever asked, then those whose last use is longest ago.
/// </remarks>
internal sealed class HeldSnapshots(int max, TimeSpan hold, TimeProvider timeProvider)
{
    private readonly Lock gate = new();
    private readonly List<HeldSnapshot> held = [];

    public LakeSnapshot Newest
    {
        get
        {
            lock (gate)
                return held[^1].Snapshot;
        }
    }

    /// <summary>Snapshots held now, the newest included.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return held.Count;
        }
    }

    /// <summary>Makes it the newest.</summary>
    public void Add(LakeSnapshot snapshot)
    {
        lock (gate)
        {
            var (now, timestamp) = (timeProvider.GetUtcNow(), timeProvider.GetTimestamp());
            // A clock that was put back must not leave a time to which two snapshots belong.
            if (held.Count > 0 && now <= held[^1].TakenAt)
                now = held[^1].TakenAt.AddTicks(1);
            if (held.Count > 0)
                held[^1].Replace(now, timestamp);
            // What was there before the log was read is no version of the lake.
            held.RemoveAll(before => before.Snapshot.Version.IsEmpty && !before.InUse);
            held.Add(new HeldSnapshot(snapshot, now, timestamp));
        }
    }

    /// <summary>Puts in the newest's place what is the same versions with more of their files here. Questions that run go on with what they have.</summary>
    public void Widen(LakeSnapshot snapshot)
    {
        lock (gate)
            held[^1].Widen(snapshot);
    }

    /// <summary>Every snapshot that is held now.</summary>
    public IReadOnlyList<LakeSnapshot> All
    {
        get
        {
            lock (gate)
                return [.. held.Select(snapshot => snapshot.Snapshot)];
        }
    }

    /// <summary>The snapshot that is meant, in use until <see cref="Release"/>; null when it is not held.</summary>
    public HeldSnapshot? Take(SnapshotChoice choice)
    {
        lock (gate)
        {
            var found = choice switch
            {
                { Version: { } version } => held.LastOrDefault(candidate => candidate.Snapshot.Version == version),
                { AsOf: { } time } => held.LastOrDefault(candidate => candidate.WasNewestAt(time)),
                _ => held[^1],
            };
            found?.Take();
            return found;
        }
    }

    public void Release(HeldSnapshot snapshot)
    {
        lock (gate)
            snapshot.Release(timeProvider.GetTimestamp());
    }

    /// <summary>Lets go of what nobody needs any more. Returns whether there was such.</summary>
    public bool DropOld()
    {
        lock (gate)
        {
            var idle = held.SkipLast(1).Where(candidate => !candidate.InUse).OrderByDescending(candidate => candidate.EverUsed).ThenByDescending(candidate => candidate.NeededAt).ThenByDescending(candidate => candidate.TakenAt).ToList();
            var room = Math.Max(0, max - (held.Count - idle.Count));
            var dropped = idle.Where((candidate, index) => index >= room || timeProvider.GetElapsedTime(candidate.NeededAt) > hold).ToHashSet();
            return held.RemoveAll(dropped.Contains) > 0;
        }
    }
}

/// <summary>A snapshot, since when it is there, and who uses it. Changed under the lock of <see cref="HeldSnapshots"/> only.</summary>
/// <param name="takenAt">From when on it was the newest.</param>
/// <param name="timestamp">The same as the clock's timestamp.</param>
internal sealed class HeldSnapshot(LakeSnapshot snapshot, DateTimeOffset takenAt, long timestamp)
{
    private int users;

    public LakeSnapshot Snapshot { get; private set; } = snapshot;

    public DateTimeOffset TakenAt => takenAt;

    /// <summary>From when on it was no longer the newest; null while it is.</summary>
    public DateTimeOffset? ReplacedAt { get; private set; }

    /// <summary>The same as the clock's timestamp.</summary>
    public long ReplacedTimestamp { get; private set; }

    public bool InUse => users > 0;

    public bool EverUsed { get; private set; }

    /// <summary>When it was last used or replaced, as the clock's timestamp.</summary>
    public long NeededAt { get; private set; } = timestamp;

    public bool WasNewestAt(DateTimeOffset time) => takenAt <= time && (ReplacedAt is null || time < ReplacedAt);

    public void Widen(LakeSnapshot wider) => Snapshot = wider;

    public void Replace(DateTimeOffset now, long nowTimestamp) => (ReplacedAt, ReplacedTimestamp, NeededAt) = (now, nowTimestamp, nowTimestamp);

    public void Take()
    {
        users++;
        EverUsed = true;
    }

    public void Release(long nowTimestamp)
    {
        users--;
        NeededAt = nowTimestamp;
    }
}
