using System.Text.Json;
using FlowLake.QueryApi.Workers.Confinement;

namespace FlowLake.QueryApi.Workers;

/// <summary>A process that answers questions for a server, one at a time, and may do nothing else. The server starts it; nobody else has a use for it.</summary>
public static class QueryWorker
{
    /// <summary>The word on the command line that makes a process one. It has to be looked for before anything else is done.</summary>
    public const string Verb = "query-worker";

    /// <summary>Behind <see cref="Verb"/>, once the process is confined.</summary>
    internal const string Confined = "confined";

    /// <summary>Whether a command line asks for a worker.</summary>
    public static bool IsMeant(IReadOnlyList<string> arguments) => arguments is [Verb, ..];

    /// <summary>Confines the process, and starts it anew as a worker; then answers until the server is gone.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(IReadOnlyList<string> arguments)
    {
        try
        {
            if (arguments is [Verb, Confined])
                WorkerServer.RunAsync().GetAwaiter().GetResult();
            else
                ConfinedStart.Run();
            return 0;
        }
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"flowlake {Verb}: {exception.Message}");
            return 1;
        }
    }
}
