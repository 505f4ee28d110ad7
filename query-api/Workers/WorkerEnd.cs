namespace FlowLake.QueryApi.Workers;

/// <summary>How a worker ended.</summary>
/// <param name="ExitCode">Its exit code; 128 and the signal's number where one ended it.</param>
/// <param name="Stopped">Whether the server ended it.</param>
/// <param name="Said">The last it wrote to standard error.</param>
internal sealed record WorkerEnd(int ExitCode, bool Stopped, string Said)
{
    /// <summary>Characters kept of what it wrote.</summary>
    public const int SaidMax = 2_000;

    private const int Signals = 128;
    private const int Aborted = 128 + 6;
    private const int Killed = 128 + 9;

    // What the runtime and the engine's language write when memory is refused to them and they cannot go on. The last two are the runtime's, where it has no memory for an exception; a fault in the engine ends a process without words.
    private static readonly string[] refusals = ["Out of memory", "out of memory", "OutOfMemory", "bad_alloc", "PAL_SEHException", "Exception*"];

    /// <summary>Whether it was for want of memory: it said so when it gave up, also where it then hung and the server ended it; or the kernel, which kills when a machine or a container has none left, ended it.</summary>
    public bool OutOfMemory => ExitCode switch
    {
        Killed when !Stopped => true,
        Killed or Aborted => refusals.Any(refusal => Said.Contains(refusal, StringComparison.Ordinal)),
        _ => false,
    };

    /// <summary>
    /// Whether it broke down at what it did. Of the engine, to which memory is refused in the midst of a vector, there is often no more to be heard than that its heap is in disorder (one in eight of
    /// such ends, measured).
    /// </summary>
    public bool BrokeDown => !Stopped && ExitCode > Signals;
}
