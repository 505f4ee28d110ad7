using System.CommandLine;
using FlowLake.Agent.Bpf;

namespace FlowLake.Cli;

/// <summary>Parses the command line and runs the chosen verb.</summary>
internal static class CommandLine
{
    /// <summary>It was done.</summary>
    public const int Done = 0;

    /// <summary>It failed; the reason is on standard error.</summary>
    public const int Failed = 1;

    /// <summary>The command line was wrong; nothing was started.</summary>
    public const int WrongUsage = 2;

    /// <summary>Runs one verb and answers the exit code.</summary>
    public static async Task<int> RunAsync(string description, IEnumerable<Command> verbs, string[] args)
    {
        var root = new RootCommand(description);
        foreach (var verb in verbs)
            root.Subcommands.Add(verb);
        var parsed = root.Parse(args);
        // No handling of signals by the library: it begins only when a verb first waits, and a SIGTERM before that would end the process unheard.
        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        if (parsed.Errors.Count > 0)
        {
            await parsed.InvokeAsync(configuration);
            return WrongUsage;
        }

        using var stop = new StopSignal();
        try
        {
            return await parsed.InvokeAsync(configuration, stop.Token);
        }
        catch (OperationCanceledException)
        {
            return Failed;
        }
#pragma warning disable CA1031 // The last place an exception can be turned into words for the person at the terminal.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await Console.Error.WriteLineAsync("flowlake: " + Explain(exception));
            return Failed;
        }
    }

    /// <summary>An exception in one line for a person; everything of it when FLOWLAKE_TRACE is set, which is said where the line alone may not do.</summary>
    private static string Explain(Exception exception) => exception switch
    {
        _ when Environment.GetEnvironmentVariable("FLOWLAKE_TRACE") is { Length: > 0 } => exception.ToString(),
        ArgumentException or FormatException or IOException or UnauthorizedAccessException or BpfException => exception.Message,
        _ => $"{exception.Message.TrimEnd('.')}. (FLOWLAKE_TRACE=1 shows where.)",
    };
}
