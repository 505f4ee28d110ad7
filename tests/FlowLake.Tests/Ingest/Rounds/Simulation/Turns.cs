namespace FlowLake.Tests.Ingest.Rounds.Simulation;

/// <summary>
/// Decides by chance, from a seed, which of everything that waits goes on next. All of a history runs on one thread, from turn to turn, so that a seed is a history.
/// </summary>
internal sealed class Turns(Random random)
{
    private readonly List<Action> waiting = [];

    public Random Random => random;

    /// <summary>The time: each turn takes ten seconds, and nights pass between two parts of a history.</summary>
    public DateTimeOffset Now { get; private set; } = new(2026, 11, 21, 4, 0, 0, TimeSpan.Zero);

    /// <summary>Lets time pass in which nobody does anything.</summary>
    public void Sleep(TimeSpan time) => Now += time;

    /// <summary>Waits for a turn.</summary>
    public Task NextAsync()
    {
        var turn = new TaskCompletionSource();
        waiting.Add(turn.SetResult);
        return turn.Task;
    }

    /// <summary>Does something at a turn of its own.</summary>
    public void Later(Action deed) => waiting.Add(deed);

    /// <summary>Takes one turn; false when nothing waits.</summary>
    public bool Take()
    {
        if (waiting.Count == 0)
            return false;
        Now += TimeSpan.FromSeconds(10);
        var index = random.Next(waiting.Count);
        var turn = waiting[index];
        waiting.RemoveAt(index);
        turn();
        return true;
    }
}
