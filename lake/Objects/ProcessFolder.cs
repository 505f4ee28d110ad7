namespace FlowLake.Lake.Objects;

/// <summary>A folder of this process beside those of others, which goes with the process: whoever opens one later removes what a killed one left, known dead by its free lock.</summary>
public sealed class ProcessFolder : IDisposable
{
    private const string LockSuffix = ".lock";

    /// <summary>Names tried before a refusal counts as the disk's own.</summary>
    private const int AttemptsMax = 20;

    private readonly FileStream held;
    private int removed;

    private ProcessFolder(string path, FileStream held)
    {
        Path = path;
        this.held = held;
    }

    public string Path { get; }

    /// <summary>Makes a folder, and removes those that ended processes left.</summary>
    /// <param name="parent">Folder of all processes' folders. Made when needed.</param>
    public static ProcessFolder Open(string parent)
    {
        Directory.CreateDirectory(parent);
        RemoveLeft(parent);
        for (var attempt = 1; ; attempt++)
        {
            var path = System.IO.Path.Combine(System.IO.Path.GetFullPath(parent), Guid.NewGuid().ToString("N"));
            // The lock is there before the folder, so that a folder without a living lock is always a dead process's.
            if (TryLock(path + LockSuffix, isLast: attempt >= AttemptsMax) is not { } held)
                continue;
            Directory.CreateDirectory(path);
            return new ProcessFolder(path, held);
        }
    }

    /// <summary>Removes the folders that ended processes left.</summary>
    public static void RemoveLeft(string parent)
    {
        foreach (var file in Directory.EnumerateFiles(parent, "*" + LockSuffix))
            RemoveIfDead(file);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref removed, 1) != 0)
            return;
        // Links are removed, never what they lead to: a recursive delete does not follow them.
        Directory.Delete(Path, recursive: true);
        File.Delete(Path + LockSuffix);
        held.Dispose();
    }

    // A file is made first and locked then. Another process that looks at it in between takes it for a dead one's: it has the lock, or has removed the file already,
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
            // Its process is alive, or another is removing it.
        }
    }
}
