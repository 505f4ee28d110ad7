namespace FlowLake.QueryApi;

/// <summary>A folder of this process alone, which goes with it: by itself where the process ends in order, and by the next one that makes such a folder where it was killed.</summary>
internal sealed class ProcessFolder : IDisposable
{
    private const string LockFile = "lock";

    private readonly FileStream held;
    private int removed;

    /// <summary>Makes a folder below <paramref name="parent"/>, and removes those that ended processes left there.</summary>
    public ProcessFolder(string parent)
    {
        Directory.CreateDirectory(parent);
        foreach (var folder in Directory.EnumerateDirectories(parent))
            RemoveIfLeft(folder);
        Root = Path.Combine(Path.GetFullPath(parent), Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(Root);
        held = new FileStream(Path.Combine(Root, LockFile), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
    }

    public string Root { get; }

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
