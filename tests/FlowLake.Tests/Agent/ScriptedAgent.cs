using FlowLake.Agent;
using FlowLake.Tests.Agent.Directory;

namespace FlowLake.Tests.Agent;

/// <summary>The whole agent on a kernel and a clock the test holds; the rest is real: directory, spool, and a lake in a folder.</summary>
internal sealed class ScriptedAgent : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private int payload = 1;

    public ScriptedAgent() => File.WriteAllBytes(this["cluster.json"], Clusters.Two.ToJson());

    public ScriptedPins Pins { get; } = new();

    public WatchedLog Log { get; } = new();

    public AgentOptions Options => new() { Node = "node-a", DirectoryFile = this["cluster.json"], Lake = this["lake"], SpoolFolder = this["spool"] };

    public Inbox Inbox => new(this["lake"]);

    /// <summary>A place in the test's folder.</summary>
    public string this[string name] => folder[name];

    public static RushingTime Time(TimeSpan? longestPause = null) => new(new DateTimeOffset(2026, 11, 21, 10, 0, 37, TimeSpan.Zero), longestPause);

    /// <summary>Runs an agent that sees one more flow and one more loss before each sweep.</summary>
    /// <param name="options">What it is told.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="goesOn">Told the number of each sweep, the first is 1; after the one it answers with false the agent is asked to stop.</param>
    public async Task RunAsync(AgentOptions options, TimeProvider time, Func<int, bool> goesOn)
    {
        using var stop = new CancellationTokenSource();
        var swept = 0;
        await AgentService.RunAsync(options, () => Pins.Open(Death.Never, Sweep), time, Log, stop.Token);

        void Sweep()
        {
            Pins.Count(payload++);
            // The window that is open at the end has its sweep too, and is asked no more.
            if (!stop.IsCancellationRequested && !goesOn(++swept))
                stop.Cancel();
        }
    }

    public void Dispose()
    {
        Log.Dispose();
        folder.Dispose();
    }
}
