using FlowLake.Agent.Bpf;
using FlowLake.Agent.Directory;
using FlowLake.Agent.Health;
using FlowLake.Agent.Spool;
using FlowLake.Agent.Windows;

namespace FlowLake.Agent;

/// <summary>
/// Closes one window after the other: sweep, drain, name, store durably, clear in the kernel, and only then offer for upload.
/// </summary>
/// <remarks>
/// Guarantees, whenever the process dies: 1. what the kernel counted is in exactly one window's file; 2. each loss is reported once.
/// One thread runs it; the uploader is another's.
/// </remarks>
internal sealed partial class AgentLoop
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private const int TicksBetweenScans = 10;

    private readonly AgentOptions options;
    private readonly Func<IFlowKernel> openKernel;
    private readonly WindowSpool spool;
    private readonly SpoolUploader uploader;
    private readonly PodDirectory directory;
    private readonly IDirectoryFeed feed;
    private readonly CgroupIndex cgroups;
    private readonly ObservationScope scope;
    private readonly TimeProvider timeProvider;
    private readonly AgentLog log;
    private readonly AgentMetrics metrics;
    private readonly AgentHealth health;
    private readonly WindowClock clock;
    private readonly WindowClock uploadClock;
    private readonly ClockWatch clockWatch;

    private IFlowKernel kernel;
    private DateTimeOffset windowStart;
    private TimeSpan absent;
    private TimeSpan uncounted;
    private DrainedWindow? unstored;
    private long recursionMissesReported;
    private long postponedSeen;
    private long cgroupsMissedSeen;
    private long scopeVersion = -1;
    private string? faultSaid;

    public AgentLoop(
        AgentOptions options,
        Func<IFlowKernel> openKernel,
        string cgroupMount,
        PodDirectory directory,
        IDirectoryFeed feed,
        WindowSpool spool,
        SpoolUploader uploader,
        TimeProvider timeProvider,
        AgentLog log,
        AgentMetrics metrics,
        AgentHealth health)
    {
        this.options = options;
        this.openKernel = openKernel;
        this.spool = spool;
        this.uploader = uploader;
        this.timeProvider = timeProvider;
        this.log = log;
        this.metrics = metrics;
        this.health = health;
        this.directory = directory;
        this.feed = feed;
        scope = options.Scope;
        cgroups = new CgroupIndex(cgroupMount, () => directory.LocalCgroups, options.CgroupRoot);
        metrics.Observe(directory, cgroups);
        clock = new WindowClock(options.Window);
        uploadClock = new WindowClock(options.UploadInterval ?? options.Window);
        clockWatch = new ClockWatch(timeProvider);
        LoadDirectory();
        kernel = openKernel();
        try
        {
            TakeOver(windowOpenSince: null);
        }
        catch
        {
            kernel.Dispose();
            throw;
        }
    }

    /// <summary>Closes windows until it is cancelled, then the open one, which is shorter.</summary>
    /// <exception cref="BpfException">The kernel half was gone and could not be set up anew.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                WatchClock();
                var now = timeProvider.GetUtcNow();
                // The clock was put back: waiting until it is where it was would make a window without end.
                if (windowStart > now + options.Window)
                    windowStart = WindowClock.WholeSecond(now);
                var planned = clock.BoundaryAfter(now > windowStart ? now : windowStart);
                if (!await WaitAsync(planned - now, cancellationToken))
                    break;
                CloseWindow(clock.End(windowStart, planned, timeProvider.GetUtcNow()));
            }

            CloseWindow(WindowClock.EarlyEnd(windowStart, timeProvider.GetUtcNow()));
            Offer();
        }
        catch
        {
            kernel.Dispose();
            throw;
        }

        // With a window that could not be stored the kernel half must live on: it is the only one that has it.
        if (unstored is null && !options.KeepCounting)
            kernel.Remove();
        kernel.Dispose();
    }

    /// <summary>Waits, and meanwhile keeps the directory fresh and the kernel half knowing that somebody is there. False when it was cancelled.</summary>
    private async Task<bool> WaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        // By the clock that nobody sets: a wall clock put back by an hour must not make a window of an hour.
        var started = timeProvider.GetTimestamp();
        for (var ticks = 1; ; ticks++)
        {
            var left = time - timeProvider.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
                return !cancellationToken.IsCancellationRequested;
            try
            {
                await Task.Delay(left < Tick ? left : Tick, timeProvider, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return false;
            }

            kernel.Beat();
            health.Tick();
            PollDirectory();
            if (!kernel.SeesCgroups && ticks % TicksBetweenScans == 0)
                cgroups.Scan();
            LookAtCgroups();
        }
    }

    /// <summary>Takes in what cgroups the kernel has made, and tells it which of all it need not observe.</summary>
    private void LookAtCgroups()
    {
        try
        {
            foreach (var made in kernel.ReadCgroups())
                cgroups.Learn(made.Id, made.Path);
            if (scopeVersion == cgroups.Version)
                return;
            metrics.UnexcludedCgroups.Add(kernel.Exclude(cgroups.OutOf(scope)));
            scopeVersion = cgroups.Version;
        }
        catch (BpfException exception)
        {
            // The kernel half is gone, which the end of the window finds as well, and mends.
            log.Warn("scope_not_set", ("error", exception.Message));
        }
    }

    private void LoadDirectory()
    {
        if (feed.Poll() != DirectoryOutcome.Loaded)
            throw new InvalidDataException($"{feed.Fault} Mend it, then start the agent again.");
        if (directory.Node(options.Node) is null)
        {
            throw new InvalidDataException(
                $"{feed.Place}: node \"{options.Node}\" is not among its nodes ({string.Join(", ", directory.NodeNames)}). Add it there, or start the agent with one of these.");
        }

        metrics.DirectoryLoads.Add(1);
    }

    private void PollDirectory()
    {
        var outcome = feed.Poll();
        if (outcome == DirectoryOutcome.Loaded)
        {
            metrics.DirectoryLoads.Add(1);
            log.Info("directory_loaded", ("nodes", directory.NodeNames.Count), ("claims", directory.Claims), ("cgroups", directory.LocalCgroups.Count));
            // A file says where folders are and may say it anew of those that are there; a cluster's pods keep theirs, and there are changes every second.
            if (options.DirectoryFile is not null || !kernel.SeesCgroups)
                cgroups.Scan();
            else
                cgroups.Refresh();
        }

        if (feed.Fault is { } fault && fault != faultSaid)
        {
            metrics.DirectoryFailures.Add(1);
            log.Warn("directory_broken", ("error", fault));
        }

        faultSaid = feed.Fault;
    }

    private void WatchClock()
    {
        var step = clockWatch.Look();
        if (step == TimeSpan.Zero)
            return;
        metrics.ClockSteps.Add(1);
        log.Warn("clock_set", ("by_seconds", Math.Round(step.TotalSeconds, 1)), ("effect", "the window that was open is shorter or longer, and says so"));
    }

    private void Offer()
    {
        spool.Offer();
        uploader.Wake();
    }

    /// <summary>A drain, the window it is, and the seconds of it in which no agent was there.</summary>
    private sealed record DrainedWindow(CaptureDrain Drain, FlowWindow Window, TimeSpan Absent, TimeSpan Uncounted);
}
