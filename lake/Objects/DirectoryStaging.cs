namespace FlowLake.Lake.Objects;

/// <summary>
/// The hidden folder in which a directory store prepares files before they get their names. It lies in the store's root, so on the same file system.
/// Writers that died leave files there, which nobody sees. A file not written to for <see cref="LeftoverAge"/> is taken for such and removed: no
/// writer pauses for so long within one object. It is looked for at a store's first write, and then at most once in <see cref="SweepInterval"/>.
/// </summary>
internal sealed class DirectoryStaging(string root, TimeProvider timeProvider)
{
    public static readonly TimeSpan LeftoverAge = TimeSpan.FromHours(24);
    public static readonly TimeSpan SweepInterval = TimeSpan.FromHours(1);

    private readonly string folder = Path.Combine(root, ObjectKey.ReservedSegment);
    private long nextSweepTicks;

    /// <summary>Writes a durable file without a name among the objects. Disposing the result removes it, if it was not moved away.</summary>
    public async Task<StagedFile> StageAsync(Func<Stream, Task> fill)
    {
        if (Posix.MakeFolder(folder) is not Posix.Error.None and var error)
            throw new IOException($"Cannot make the folder {folder}: {Posix.Describe(error)}. Give this user write permission there, or choose another lake.");
        SweepWhenDue();
        var staged = new StagedFile(Path.Combine(folder, Guid.CreateVersion7().ToString("N")));
        try
        {
            await LocalFile.WriteNewAsync(staged.Path, fill);
            return staged;
        }
        catch
        {
            staged.Dispose();
            throw;
        }
    }

    private void SweepWhenDue()
    {
        DateTimeOffset now = timeProvider.GetUtcNow();
        long due = Interlocked.Read(ref nextSweepTicks);
        if (now.UtcTicks < due || Interlocked.CompareExchange(ref nextSweepTicks, (now + SweepInterval).UtcTicks, due) != due)
            return;
        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles())
        {
            // Another process may sweep too: a file that is gone has the year 1601 for its time, and deleting it again does nothing.
            if (!file.Exists || file.LastWriteTimeUtc > (now - LeftoverAge).UtcDateTime)
                continue;
            file.Delete();
            ObjectMetrics.LeftoverRemoved();
        }
    }
}

/// <summary>A finished file in the staging folder.</summary>
internal sealed class StagedFile(string path) : IDisposable
{
    public string Path { get; } = path;

    public void Dispose() => File.Delete(Path);
}
