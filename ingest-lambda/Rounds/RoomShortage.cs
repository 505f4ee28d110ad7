using FlowLake.Lake.Duck;

namespace FlowLake.Ingest.Rounds;

/// <summary>Tells a round that was too large for this machine's memory or disk from one that failed otherwise.</summary>
internal static class RoomShortage
{
    private const int NoSpace = 28; // ENOSPC
    private const string NoSpaceText = "No space left on device";

    public static bool Is(Exception exception) => exception switch
    {
        // The engine counts the spill folder's bound as memory; a file it cannot write to its end it only has words for.
        DuckException { ErrorType: DuckErrorType.OutOfMemory } => true,
        DuckException { ErrorType: DuckErrorType.InputOutput } engine => engine.Message.Contains(NoSpaceText, StringComparison.Ordinal),
        IOException io => io.HResult == NoSpace,
        _ => false,
    };
}
