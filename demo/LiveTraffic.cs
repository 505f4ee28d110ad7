using FlowLake.Demo.Processes;
using FlowLake.Demo.Questions;
using FlowLake.Demo.Screen;

namespace FlowLake.Demo;

/// <summary>What a person watches while traffic runs: the first answer, commands to try, and the matrix as it grows.</summary>
internal sealed class LiveTraffic(DemoOptions options, string lake, string address, IReadOnlyList<string> flowLake, DemoScreen screen, TimeProvider time)
{
    private static readonly TimeSpan FirstAnswerPoll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(10);

    /// <summary>Returns when the duration is over or a stop is asked for.</summary>
    /// <param name="demoBegin">When the demo began, for the time to the first answer.</param>
    /// <param name="children">Every process that has to live.</param>
    /// <param name="stop">The stop.</param>
    /// <exception cref="DemoException">A process ended for good; the message has its last lines.</exception>
    public async Task ShowAsync(long demoBegin, IReadOnlyList<Child> children, CancellationToken stop)
    {
        using var http = new HttpClient { Timeout = AnswerPatience };
        var question = new MatrixQuestion(http, address);
        long begin = time.GetTimestamp();
        var anyEnded = Task.WhenAny(children.Select(child => child.Ended));

        screen.Say($"The first window closes within {options.Window.TotalSeconds:0} s ...");
        ZoneMatrix? matrix = null;
        while (matrix is null or { IsEmpty: true } && await NextAsync(FirstAnswerPoll, begin, anyEnded, stop))
            matrix = await question.AskAsync(CancellationToken.None);
        if (matrix is { IsEmpty: false })
        {
            screen.Step($"First answer {time.GetElapsedTime(demoBegin).TotalSeconds:0} s after the start. Try:");
            foreach (string command in CommandsToTry.Of(FlowLakeCommand.ToType(flowLake), lake, address))
                screen.Say($"\n    {command}");
            screen.Say(options.Duration is { } duration ? $"\nThis ends by itself after {duration.TotalSeconds:0} s." : "\nCtrl-C ends it, proves, and removes everything.");
        }

        await screen.LiveAsync(async show =>
        {
            long shown = 0;
            do
            {
                if (matrix is not null && matrix.Bytes > shown)
                {
                    show(MatrixTable.Of(matrix));
                    shown = matrix.Bytes;
                }

                if (!await NextAsync(screen.MatrixEvery, begin, anyEnded, stop))
                    break;
                matrix = await question.AskAsync(CancellationToken.None);

                // A demo may run for days: logs are kept short while it does.
                foreach (var child in children)
                    child.Log.Trim();
            }
            while (true);
        });

        if (children.FirstOrDefault(child => child.Ended.IsCompleted) is { } dead)
            throw new DemoException($"{dead.Name} ended again and again (exit code {(await dead.Ended).ExitCode}); {dead.Log.LastWords()}");
    }

    /// <summary>Waits for the next turn.</summary>
    /// <returns>False where there is none: the time is over, a stop is asked for, or a process has ended for good.</returns>
    private async Task<bool> NextAsync(TimeSpan pause, long begin, Task anyEnded, CancellationToken stop)
    {
        var left = options.Duration is { } duration ? duration - time.GetElapsedTime(begin) : TimeSpan.MaxValue;
        if (left <= TimeSpan.Zero)
            return false;
        await Task.WhenAny(Task.Delay(left < pause ? left : pause, time, stop), anyEnded);
        return !stop.IsCancellationRequested && !anyEnded.IsCompleted;
    }
}
