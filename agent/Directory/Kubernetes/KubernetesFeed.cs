namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>Feeds a directory from the API server of a cluster.</summary>
/// <remarks>
/// Each event is applied when it comes, so a pod that lives for a moment has a name too. The agent's loop waits until every kind was listed or denied.
/// Watches run by themselves; <see cref="Poll"/> is one thread's.
/// </remarks>
internal sealed class KubernetesFeed : IDirectoryFeed, IAsyncDisposable
{
    /// <summary>How long the first lists may take. A server that is not there by then is said, and the agent ends, to be started again.</summary>
    public static readonly TimeSpan StartMax = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan forgetEvery = TimeSpan.FromMinutes(1);

    private readonly ClusterModel model;
    private readonly PodDirectory directory;
    private readonly TimeProvider timeProvider;
    private readonly NamePool names = new();
    private readonly ApiServer server;
    private readonly ResourceWatch[] watches;
    private readonly CancellationTokenSource ending = new();
    private Task[] running = [];
    private long? publishedVersion;
    private DateTimeOffset forgotAt;
    private DateTimeOffset agedAt;

    /// <param name="access">The API server.</param>
    /// <param name="directory">The directory it feeds.</param>
    /// <param name="timeProvider">The clock by which who held what.</param>
    public KubernetesFeed(ApiServerAccess access, PodDirectory directory, TimeProvider timeProvider)
    {
        this.directory = directory;
        this.timeProvider = timeProvider;
        Place = access.Server.ToString();
        model = new ClusterModel(directory, Counters, timeProvider);
        server = new ApiServer(access);
        watches = [.. ResourceKind.All.Select(kind => new ResourceWatch(server, kind, new ResourceIntake(kind, model, names, Counters), Counters, timeProvider))];
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
            var ended = await Task.WhenAny(Task.WhenAll(watches.Select(watch => watch.Answered)), Task.WhenAny(running).Unwrap()).WaitAsync(StartMax, timeProvider, cancellationToken);
            await ended;
        }
        catch (TimeoutException)
        {
            throw new InvalidDataException($"{Fault ?? Place}: the cluster could not be read within {StartMax.TotalSeconds:0} s");
        }

        model.Complete();
    }

    public DirectoryOutcome Poll()
    {
        // A watch ends with an exception only by a mistake of ours; going on with a state that no longer moves would hide it.
        if (Array.Find(running, task => task.IsFaulted) is { } broken)
            broken.GetAwaiter().GetResult();
        Forget();
        if (model.LocalVersion is { } version && version != publishedVersion)
        {
            publishedVersion = version;
            return DirectoryOutcome.Loaded;
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

    private void Forget()
    {
        var now = timeProvider.GetUtcNow();
        if (now - forgotAt < forgetEvery)
            return;
        forgotAt = now;
        directory.Forget(now);
        if (now - agedAt < NamePool.Kept)
            return;
        agedAt = now;
        names.Age();
    }
}
