namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>Feeds a directory from the API server of a cluster.</summary>
/// <remarks>
/// Guarantees: 1. nothing is applied before every kind was listed or denied, since the first state holds for all time before; 2. a pod that came and
/// went between two looks was in a state. Watches run by themselves; <see cref="Poll"/> is one thread's.
/// </remarks>
internal sealed class KubernetesFeed : IDirectoryFeed, IAsyncDisposable
{
    /// <summary>How long the first lists may take. A server that is not there by then is said, and the agent ends, to be started again.</summary>
    public static readonly TimeSpan StartMax = TimeSpan.FromMinutes(2);

    private readonly Lock gate = new();
    private readonly ClusterContents contents;
    private readonly PodDirectory directory;
    private readonly TimeProvider timeProvider;
    private readonly ApiServer server;
    private readonly ResourceWatch[] watches;
    private readonly CancellationTokenSource ending = new();
    private readonly HashSet<(string Namespace, string Name)> unpublished = [];
    private Task[] running = [];
    private long publishedVersion = -1;
    private bool isComplete;

    /// <param name="access">The API server.</param>
    /// <param name="directory">The directory it feeds.</param>
    /// <param name="timeProvider">The clock by which who held what.</param>
    public KubernetesFeed(ApiServerAccess access, PodDirectory directory, TimeProvider timeProvider)
    {
        this.directory = directory;
        this.timeProvider = timeProvider;
        Place = access.Server.ToString();
        contents = new ClusterContents(Counters);
        server = new ApiServer(access);
        watches = [.. ResourceKind.All.Select(kind => new ResourceWatch(
            server, kind, objects => Replace(kind, objects), (one, isThere) => Change(kind, one, isThere), Counters, timeProvider))];
    }

    public string Place { get; }

    public WatchCounters Counters { get; } = new();

    public string? Fault => string.Join("; ", watches.Select(watch => watch.Fault).OfType<string>()) is { Length: > 0 } faults ? $"{Place}: {faults}" : null;

    /// <summary>Starts the watches and waits until every kind was listed or denied.</summary>
    /// <exception cref="InvalidDataException">That took too long; the message says what is wrong.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        running = [.. watches.Select(watch => Task.Run(() => watch.RunAsync(ending.Token), CancellationToken.None))];
        try
        {
            await Task.WhenAll(watches.Select(watch => watch.Answered)).WaitAsync(StartMax, timeProvider, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new InvalidDataException($"{Fault ?? Place}: the cluster could not be read within {StartMax.TotalSeconds:0} s");
        }

        lock (gate)
            isComplete = true;
    }

    public DirectoryOutcome Poll()
    {
        // A watch ends with an exception only by a mistake of ours; going on with a state that no longer moves would hide it.
        if (Array.Find(running, task => task.IsFaulted) is { } broken)
            broken.GetAwaiter().GetResult();
        lock (gate)
        {
            if (isComplete && contents.Version != publishedVersion)
            {
                Publish();
                return DirectoryOutcome.Loaded;
            }
        }

        return Fault is null ? DirectoryOutcome.Unchanged : DirectoryOutcome.Broken;
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await Task.WhenAll(running);
        ending.Dispose();
        server.Dispose();
    }

    private void Replace(ResourceKind kind, IReadOnlyList<ClusterObject> objects)
    {
        lock (gate)
        {
            if (kind == ResourceKind.Pods && unpublished.Count > 0 && isComplete)
                Publish();
            contents.Replace(kind, objects);
        }
    }

    private void Change(ResourceKind kind, ClusterObject one, bool isThere)
    {
        lock (gate)
        {
            if (kind == ResourceKind.Pods && one is PodObject pod)
                Foresee(pod, isThere && !pod.HasEnded);
            if (isThere)
                contents.Set(kind, one);
            else
                contents.Remove(kind, one);
        }
    }

    /// <summary>A pod that ends before anybody looked is applied first, so that its traffic has a name.</summary>
    private void Foresee(PodObject pod, bool lives)
    {
        if (!isComplete)
            return;
        var isNews = !pod.Equals(contents.Find(ResourceKind.Pods, pod.Namespace, pod.Name));
        if (lives && isNews)
            unpublished.Add((pod.Namespace, pod.Name));
        else if (!lives && unpublished.Contains((pod.Namespace, pod.Name)))
            Publish();
    }

    private void Publish()
    {
        directory.Apply(ClusterState.Of(contents, directory.LocalNodeName), timeProvider.GetUtcNow());
        publishedVersion = contents.Version;
        unpublished.Clear();
    }
}
