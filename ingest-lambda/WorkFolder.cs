namespace FlowLake.Ingest;

/// <summary>A folder of this run alone, in which batches are made. A run that was killed leaves its folder; the next run removes it, known dead by its free lock.</summary>
public sealed class WorkFolder : IDisposable
{
    private const string LockSuffix = ".lock";

    /// <summary>Names tried before a refusal counts as the disk's own.</summary>
    private const int AttemptsMax = 20;

    private readonly FileStream held;

    private WorkFolder(string path, FileStream held)
    {
        Path = path;
        this.held = held;
    }

    public string Path { get; }

    /// <summary>Makes the run's folder, and removes those of dead runs.</summary>
    /// <param name="root">Folder of all runs' folders. Made when needed.</param>
    public static WorkFolder Open(string root)
    {
        Directory.CreateDirectory(root);
        foreach (var file in Directory.EnumerateFiles(root, "*" + LockSuffix))
            RemoveIfDead(file);
        for (var attempt = 1; ; attempt++)
        {
            var path = System.IO.Path.Combine(System.IO.Path.GetFullPath(root), Guid.NewGuid().ToString("N"));
            // The lock is there before the folder, so that a folder without a living lock is always a dead run's.
            if (TryLock(path + LockSuffix, isLast: attempt >= AttemptsMax) is not { } held)
                continue;
            Directory.CreateDirectory(path);
            return new WorkFolder(path, held);
        }
    }

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
        File.Delete(Path + LockSuffix);
        held.Dispose();
    }

    // A file is made first and locked then. Another run that looks at it in between takes it for a dead run's: it has the lock, or has removed the file already,
    // and a lock on a file nobody can find any more would protect nothing.
    private static FileStream? TryLock(string file, bool isLast)
    {
        try
        {
            var held = new FileStream(file, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
            if (File.Exists(file))
                return held;
            held.Dispose();
            return null;
        }
        catch (IOException) when (!isLast)
        {
            return null;
        }
    }

    private static void RemoveIfDead(string file)
    {
        try
        {
            using var free = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            var folder = file[..^LockSuffix.Length];
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            File.Delete(file);
        }
        catch (IOException)
        {
            // Its run is alive, or another is removing it.
        }
    }
}
