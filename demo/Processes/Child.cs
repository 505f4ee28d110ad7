using System.Diagnostics;
using FlowLake.Demo.Machine;

namespace FlowLake.Demo.Processes;

/// <summary>A process the demo started and keeps running until it stops it.</summary>
/// <remarks>Guarantees: 1. at most one process runs at a time; 2. after <see cref="StopAsync"/> none does; 3. every process is noted before it is awaited.</remarks>
public sealed class Child
{
    private static readonly TimeSpan RestartAfter = TimeSpan.FromMilliseconds(500);

    private readonly ChildStart start;
    private readonly ProcessRecord record;
    private readonly TimeProvider time;
    private readonly Action<string> say;
    private readonly TaskCompletionSource stopAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? process;
    private Task<ChildEnd>? life;

    public Child(ChildStart start, ProcessRecord record, TimeProvider time, Action<string> say)
    {
        this.start = start;
        this.record = record;
        this.time = time;
        this.say = say;
        Log = new ChildLog(start.LogPath);
    }

    public string Name => start.Name;

    public ChildLog Log { get; }

    /// <summary>Times it died by itself and was started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>Process id of the running process; null before the first start.</summary>
    public int? ProcessId { get; private set; }

    public bool IsStarted => life is not null;

    /// <summary>Completes when the process is not started again: asked to stop, or died too often.</summary>
    public Task<ChildEnd> Ended => life ?? throw new InvalidOperationException($"{Name} was not started");

    public void Start()
    {
        Launch();
        life = LiveAsync();
    }

    /// <summary>Asks the process to end, awaits it, and kills it where it takes longer than the patience.</summary>
    public async Task<ChildEnd> StopAsync(TimeSpan patience)
    {
        stopAsked.TrySetResult();
        if (!Ended.IsCompleted && process is { HasExited: false } running)
            LibC.Signal(running.Id, LibC.SigTerm);
        await Task.WhenAny(Ended, Task.Delay(patience, time));
        if (!Ended.IsCompleted && process is { HasExited: false } stuck)
        {
            say($"{Name} did not end within {patience.TotalSeconds:0} s and was killed");
            stuck.Kill();
        }

        return await Ended;
    }

    private async Task<ChildEnd> LiveAsync()
    {
        while (true)
        {
            await process!.WaitForExitAsync();
            int code = process.ExitCode;
            if (stopAsked.Task.IsCompleted)
                return new ChildEnd(Asked: true, code);
            if (Restarts == start.RestartsMax)
                return new ChildEnd(Asked: false, code);

            Restarts++;
            say($"{Name} ended by itself (exit code {code}); started again, {Restarts} of {start.RestartsMax} times");
            await Task.WhenAny(Task.Delay(RestartAfter, time), stopAsked.Task);
            if (stopAsked.Task.IsCompleted)
                return new ChildEnd(Asked: true, code);
            Launch();
        }
    }

    private void Launch()
    {
        Log.Trim();
        var (program, arguments) = start.ToProcess();
        using var ended = process;
        process = Process.Start(new ProcessStartInfo(program, arguments))!;
        ProcessId = process.Id;
        record.Add(process.Id);

        // A stop that came while the process was being started found nothing to signal.
        if (stopAsked.Task.IsCompleted)
            LibC.Signal(process.Id, LibC.SigTerm);
    }
}

/// <summary>How a child ended.</summary>
/// <param name="Asked">True where the demo asked it to; false where it died too often.</param>
/// <param name="ExitCode">Exit code of the last process.</param>
public sealed record ChildEnd(bool Asked, int ExitCode);
