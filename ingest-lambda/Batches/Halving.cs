using FlowLake.Lake.Duck;

namespace FlowLake.Ingest.Batches;

/// <summary>Does something with many files at once, and finds the bad ones only when that fails: a good batch costs one try, each bad file a few more.</summary>
public static class Halving
{
    /// <summary>Tries all files, then halves, down to single files.</summary>
    /// <param name="files">The files.</param>
    /// <param name="attempt">Must have no effect when it throws.</param>
    /// <param name="blame">Gets a file with which the attempt fails alone. It throws where the file is not to blame.</param>
    public static void Run(IReadOnlyList<LocalFile> files, Action<IReadOnlyList<LocalFile>> attempt, Action<LocalFile, DuckException> blame)
    {
        if (files.Count == 0)
            return;
        try
        {
            attempt(files);
            return;
        }
        catch (DuckException exception) when (exception.ErrorType != DuckErrorType.Interrupt)
        {
            if (files.Count == 1)
            {
                // Once more, so that what passes by (no file handle left, say) is not taken for the file's fault.
                if (FailsAgain(files, attempt, exception) is { } again)
                    blame(files[0], again);
                return;
            }
        }

        Run([.. files.Take(files.Count / 2)], attempt, blame);
        Run([.. files.Skip(files.Count / 2)], attempt, blame);
    }

    private static DuckException? FailsAgain(IReadOnlyList<LocalFile> files, Action<IReadOnlyList<LocalFile>> attempt, DuckException first)
    {
        try
        {
            attempt(files);
            return null;
        }
        catch (DuckException again) when (again.ErrorType != DuckErrorType.Interrupt)
        {
            return first;
        }
    }
}
