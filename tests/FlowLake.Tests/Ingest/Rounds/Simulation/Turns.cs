namespace FlowLake.Tests.Ingest.Rounds.Simulation;

/// <summary>
/// Decides by chance, from a seed, which of everything that waits goes on next. All of a history runs on one thread, from turn to turn, so that a seed is a history.
/// </summary>
internal sealed class Turns(Random random)
{
    private readonly List<Action> waiting = [];

    public Random Random => random;

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
        var index = random.Next(waiting.Count);
        var turn = waiting[index];
        waiting.RemoveAt(index);
        turn();
        return true;
    }
}
