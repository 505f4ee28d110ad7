using System.Collections.Immutable;
using System.Globalization;
using Xunit;

namespace FlowLake.Tests.Ingest.Kills;

/// <summary>Two real processes at once on one lake, killed at named steps and started again.</summary>
/// <param name="trap">The lake.</param>
/// <param name="start">Starts a process on a lake.</param>
internal sealed class KillRun(IStepTrap trap, Func<string, IngestProcess> start) : IDisposable
{
    /// <summary>The variable that says how many rounds a run has; the suite does with a few, from a step chance picks.</summary>
    private const string RoundsVariable = "FLOWLAKE_KILL_ROUNDS";

    /// <summary>Times that work is made for a step before it counts as one that nobody comes to.</summary>
    private const int AttemptsMax = 12;

    /// <summary>How long a step may take to come before more work is made: a process left from the round before may have done what was there before anybody looked.</summary>
    private static readonly TimeSpan attemptTime = TimeSpan.FromSeconds(15);

    // 128 and the number of SIGKILL.
    private const int KilledExitCode = 137;

    /// <summary>Processes at once.</summary>
    public const int Processes = 2;

    private readonly IngestProcess?[] processes = new IngestProcess?[Processes];

    // What processes that are gone had said.
    private string log = "";

    /// <summary>Processes killed so far.</summary>
    public int Kills { get; private set; }

    /// <summary>How many rounds to do.</summary>
    public static int Rounds(int inSuite) => Environment.GetEnvironmentVariable(RoundsVariable) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : inSuite;

    /// <summary>Goes through the steps one after the other: makes work, lets the processes run, kills at the step.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="rounds">How many times to kill.</param>
    /// <param name="random">Chooses the first step, and the moment within each.</param>
    /// <param name="prepareAsync">Makes work for the processes before each.</param>
    public async Task RunAsync(IEnumerable<KillStep> steps, int rounds, Random random, Func<Task> prepareAsync)
    {
        ImmutableArray<KillStep> seen = [.. trap.Of(steps)];
        var first = random.Next(seen.Length);
        for (var round = 0; round < rounds; round++)
        {
            var step = seen[(first + round) % seen.Length];
            var attempts = 0;
            do
            {
                if (attempts++ == AttemptsMax)
                    throw new TimeoutException($"no process came to the step \"{step}\":\n{log}\n{string.Join('\n', processes.Select(process => process?.Log))}");
                await prepareAsync();
            }
            // A process that came to the step before its starter knew it by name gets away.
            while (await RoundAsync(step, random.Next(2) == 0) == 0);
        }
    }

    /// <summary>Waits for the processes still alive, or stops them.</summary>
    public async Task EndAsync(Func<IngestProcess, Task<int>> endAsync)
    {
        foreach (var process in processes.OfType<IngestProcess>())
        {
            Assert.Equal(0, await endAsync(process));
            log += process.Log;
        }
    }

    public void Dispose()
    {
        foreach (var process in processes)
            process?.Dispose();
    }

    // Returns how many were killed.
    private async Task<int> RoundAsync(KillStep step, bool underway)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        over.CancelAfter(attemptTime);
        var struck = trap.ArmAsync(step, underway, process =>
        {
            foreach (var victim in process is { } one ? [processes[one]] : processes)
                victim?.Kill();
        }, over.Token);
        while (!struck.IsCompleted && !over.IsCancellationRequested)
        {
            // Whoever was killed before, or came to an end with its work, starts anew.
            for (var process = 0; process < Processes && !struck.IsCompleted; process++)
            {
                if (processes[process] is { HasEnded: false })
                    continue;
                Bury(process);
                processes[process] = start(trap.LakeFor(process));
            }

            await Task.WhenAny(struck, Task.Delay(50, over.Token));
        }

        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();

        var before = Kills;
        for (var process = 0; process < Processes; process++)
        {
            if (processes[process] is not { WasKilled: true } killed)
                continue;
            // One that was at its end already was not killed.
            Kills += await killed.EndAsync() == KilledExitCode ? 1 : 0;
            Bury(process);
        }

        return Kills - before;
    }

    private void Bury(int process)
    {
        log += processes[process]?.Log;
        processes[process]?.Dispose();
        processes[process] = null;
    }
}
