using FlowLake.Lake.Objects;

namespace FlowLake.Tests.Ingest.Kills;

/// <summary>A lake in a directory, watched: a step is seen the moment it has taken effect, and not by which process.</summary>
internal sealed class DirectoryStepTrap : IStepTrap
{
    private readonly string lake;
    private readonly FileSystemWatcher watcher;
    private readonly Lock gate = new();
    private Action<WatcherChangeTypes, string>? armed;

    /// <summary>Watches a folder.</summary>
    /// <param name="folder">The folder that has the lake in it, and the processes' work folder.</param>
    public DirectoryStepTrap(string folder)
    {
        lake = Path.Combine(folder, "lake");
        Store = ObjectStores.Open(lake);
        watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = true, InternalBufferSize = 1 << 20 };
        watcher.Created += (_, change) => Seen(change);
        watcher.Renamed += (_, change) => Seen(change);
        watcher.Deleted += (_, change) => Seen(change);
        watcher.EnableRaisingEvents = true;
    }

    public IObjectStore Store { get; }

    public IEnumerable<KillStep> Of(IEnumerable<KillStep> steps) => steps.Where(step => step.Change is not null);

    public string LakeFor(int process) => lake;

    public Task ArmAsync(KillStep step, bool underway, Action<int?> kill, CancellationToken disarm)
    {
        var struck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            armed = (kind, path) =>
            {
                if (disarm.IsCancellationRequested || !step.Change!(kind, path))
                    return;
                armed = null;
                kill(null);
                struck.SetResult();
            };
        }

        return struck.Task;
    }

    public ValueTask DisposeAsync()
    {
        watcher.Dispose();
        Store.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Seen(FileSystemEventArgs change)
    {
        lock (gate)
            armed?.Invoke(change.ChangeType, change.FullPath);
    }
}
