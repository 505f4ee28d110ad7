namespace FlowLake.Lake.Objects;

/// <summary>A folder of this process beside those of others, which goes with the process: whoever comes later removes what a killed one left.</summary>
public sealed class ProcessFolder : IDisposable
{
    private const string LockFile = "lock";

    private readonly string parent;
    private readonly FileStream held;
    private int removed;

    /// <summary>Makes the folder below <paramref name="parent"/>, and removes those that ended processes left there.</summary>
    public ProcessFolder(string parent)
    {
        this.parent = Path.GetFullPath(parent);
        Directory.CreateDirectory(this.parent);
        RemoveLeft();
        Root = Path.Combine(this.parent, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(Root);
        held = new FileStream(Path.Combine(Root, LockFile), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
    }

    public string Root { get; }

    /// <summary>Removes the folders that ended processes left.</summary>
    public void RemoveLeft()
    {
        foreach (var folder in Directory.EnumerateDirectories(parent))
            RemoveIfLeft(folder);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref removed, 1) != 0)
            return;
        held.Dispose();
        // Links are removed, never what they lead to: a recursive delete does not follow them.
        Directory.Delete(Root, recursive: true);
    }

    private static void RemoveIfLeft(string folder)
    {
        try
        {
            // The lock of a living process refuses this.
            using (new FileStream(Path.Combine(folder, LockFile), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // It is in use, or is being made or removed by another process right now.
        }
    }
}
