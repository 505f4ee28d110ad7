using FlowLake.Agent.Bpf;
using FlowLake.Agent.Directory;
using FlowLake.Agent.Directory.Kubernetes;
using FlowLake.Agent.Health;
using FlowLake.Agent.Spool;
using FlowLake.Lake.Objects;

namespace FlowLake.Agent;

/// <summary>The agent: counts on one node, and puts a file a window into the lake's inbox.</summary>
public static class AgentService
{
    /// <summary>
    /// How long an agent goes on uploading, from when it was asked to end. It is to be gone within five seconds, so its last window comes out of this time, and
    /// its own end out of what is left of the five. What is not uploaded by then waits in the spool for the next start.
    /// </summary>
    public static readonly TimeSpan LastUploads = TimeSpan.FromSeconds(3.5);

    /// <summary>Runs until it is cancelled; then the open window is closed, stored and uploaded, and the kernel half removed.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="cancellationToken">Asks for a clean end, as SIGTERM does.</param>
    /// <param name="log">Where one line an event goes; null for the error stream.</param>
    /// <exception cref="ArgumentException">Options are wrong; the message names all of them.</exception>
    /// <exception cref="InvalidDataException">The directory cannot be read, or does not know the node.</exception>
    /// <exception cref="IOException">The spool is another agent's, its disk refuses, or metrics cannot be answered at their address.</exception>
    /// <exception cref="BpfException">The kernel, or this machine's set-up, does not allow capture; the message says what to do.</exception>
    public static Task RunAsync(AgentOptions options, CancellationToken cancellationToken, TextWriter? log = null) =>
        RunAsync(options, () => new PinnedKernel(options.Capture), TimeProvider.System, log ?? Console.Error, cancellationToken);

    /// <summary>Removes what an agent with these options left in the kernel. The spool stays.</summary>
    /// <returns>Whether there was anything.</returns>
    /// <exception cref="BpfException">An agent is running with it, or the kernel refuses.</exception>
    public static bool Remove(AgentOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return FlowCapture.Remove(options.Capture);
    }

    internal static async Task RunAsync(
        AgentOptions options, Func<IFlowKernel> openKernel, TimeProvider timeProvider, TextWriter writer, CancellationToken cancellationToken, Action<string>? step = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Faults() is { Count: > 0 } faults)
            throw new ArgumentException($"agent options:{string.Concat(faults.Select(fault => $"{Environment.NewLine}  {fault}"))}");

        var log = new AgentLog(writer, timeProvider);
        using var store = ObjectStores.Open(options.Lake, timeProvider);
        using var spool = WindowSpool.Open(options.SpoolPath, options.Node, options.SpoolBytesMax, timeProvider, step);
        using var metrics = new AgentMetrics(spool.Size);
        var health = new AgentHealth(timeProvider);
        await using var endpoint = HealthEndpoint.Start(options, metrics, health, log, timeProvider);
        var uploader = new SpoolUploader(spool, store, timeProvider, log, metrics);
        log.Info("agent_started", ("node", options.Node), ("stream", spool.Stream.AppId), ("lake", store.Location), ("spool", options.SpoolPath), ("window_seconds", (long)options.Window.TotalSeconds));

        // Reading the kernel and writing files block; the caller's thread is not ours to hold.
        await Task.Run(
            async () =>
            {
                var cgroupMount = CgroupFileSystem.FindMount() ?? "/sys/fs/cgroup";
                var directory = new PodDirectory(options.Node);
                if (options.CidrTable is not null)
                    directory.SetNetworks(CidrTable.Read(options.CidrTable));
                await using var kubernetes = options.DirectoryFile is null ? new KubernetesFeed(Access(options), directory, timeProvider) : null;
                if (kubernetes is not null)
                {
                    metrics.Observe(kubernetes.Counters);
                    await EndedAsync(kubernetes.StartAsync(cancellationToken));
                    if (cancellationToken.IsCancellationRequested)
                        return;
                }

                IDirectoryFeed feed = kubernetes is null ? new DirectoryFile(options.DirectoryFile!, directory, timeProvider) : kubernetes;
                var loop = new AgentLoop(options, openKernel, cgroupMount, directory, feed, spool, uploader, timeProvider, log, metrics, health);
                health.Ready();
                await RunAsync(loop, uploader, health, timeProvider, cancellationToken);
            },
            CancellationToken.None);
        var (bytes, files) = spool.Size();
        log.Info("agent_stopped", ("spool_files", files), ("spool_bytes", bytes));
    }

    private static async Task RunAsync(AgentLoop loop, SpoolUploader uploader, AgentHealth health, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var uploading = new CancellationTokenSource();
        using var bound = new CancellationTokenSource(Timeout.InfiniteTimeSpan, timeProvider);
        using var asked = cancellationToken.Register(() => bound.CancelAfter(LastUploads));
        var uploads = Task.Run(() => uploader.RunAsync(uploading.Token), CancellationToken.None);
        try
        {
            await loop.RunAsync(cancellationToken);
        }
        finally
        {
            health.NotReady();
            await uploading.CancelAsync();
            await EndedAsync(uploads);
        }

        await EndedAsync(uploader.UploadAllAsync(bound.Token));
    }

    private static ApiServerAccess Access(AgentOptions options) =>
        options.ApiServer ?? (options.Kubeconfig is null ? ApiServerAccess.InCluster() : Kubeconfig.Read(options.Kubeconfig));

    private static async Task EndedAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }
    }
}
