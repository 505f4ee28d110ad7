using FlowLake.Agent.Bpf;
using FlowLake.Agent.Spool;
using FlowLake.Agent.Windows;
using FlowLake.Lake.Duck;
using FlowLake.Schemas.Coverage;

namespace FlowLake.Agent;

// From the kernel to the spool.
internal sealed partial class AgentLoop
{
    /// <summary>
    /// Takes over the kernel half: drains that were stored are cleared, others stored first. Says when the open window began, and how long of it nobody
    /// was there.
    /// </summary>
    /// <param name="windowOpenSince">When this very agent had to open the kernel half again: the start of the window that was open.</param>
    private void TakeOver(DateTimeOffset? windowOpenSince)
    {
        // Only now that the kernel tells of those that are made: what lies between a look and that would be seen by neither.
        cgroups.Scan();
        var now = timeProvider.GetUtcNow();
        var since = spool.Reported.Until is { } until && until < now ? until : (DateTimeOffset?)null;
        var pending = kernel.PendingDrains;
        for (var index = 0; index < pending.Count; index++)
        {
            var drain = pending[index];
            if (spool.Contains(drain.PinSetId, drain.Epoch))
            {
                kernel.Clear(drain);
                continue;
            }

            // A live agent drains at a boundary, and died before it had stored: so that is where the window ended. What a kernel half of another version
            // still held when this one took its place ends now.
            var start = since ?? WindowClock.WholeSecond(now).AddSeconds(-1);
            var boundary = clock.BoundaryAfter(start) is var after && after < now ? after : now;
            var isLast = index == pending.Count - 1 && !kernel.TookOver;
            var end = isLast ? now : boundary;
            Store(new DrainedWindow(drain, new FlowWindow(start, end), isLast ? now - boundary : TimeSpan.Zero, TimeSpan.Zero));
            since = end;
        }

        windowStart = kernel.TookOver && since is { } goneOnSince ? goneOnSince : WindowClock.WholeSecond(now);
        absent = kernel.TookOver && windowOpenSince is null ? now - windowStart : TimeSpan.Zero;
        uncounted = !kernel.TookOver && windowOpenSince is { } open && open < now ? now - open : TimeSpan.Zero;
        recursionMissesReported = 0;
        if (!kernel.TookOver)
            spool.Begin(windowStart);
        scopeVersion = -1;
        LookAtCgroups();
        if (!kernel.SeesCgroups)
            log.Warn("cgroups_unseen", ("error", "this kernel has no tracepoint cgroup_mkdir"), ("instead", "the cgroups are looked through every 10 seconds; a pod that lives shorter is named by its address"));
        metrics.UnavailablePrograms = kernel.Unavailable.Count;
        foreach (var (program, unseen, cause) in kernel.Unavailable)
            log.Warn("kernel_program_unavailable", ("program", program), ("unseen", unseen), ("cause", cause));
        log.Info("kernel_opened", ("took_over", kernel.TookOver), ("adopted", kernel.Adopted), ("pending", pending.Count), ("since", windowStart), ("absent_seconds", (long)absent.TotalSeconds));
    }

    private void CloseWindow(DateTimeOffset end)
    {
        var failure = (BpfException?)null;
        try
        {
            // A window the disk refused comes first: until it is stored the kernel has no room for the next, and goes on counting into the open one.
            if (unstored is { } earlier && !TryStore(earlier))
                return;
            try
            {
                metrics.SweptSockets.Add(kernel.Sweep());
            }
            catch (BpfException exception)
            {
                // What is in the maps already can still be read.
                failure = exception;
            }

            unstored = new DrainedWindow(kernel.Drain(), new FlowWindow(windowStart, end), absent, uncounted);
            windowStart = end;
            absent = uncounted = TimeSpan.Zero;
            if (!TryStore(unstored))
                return;
            health.Ready();
        }
        catch (BpfException exception)
        {
            failure = exception;
        }

        if (failure is not null)
            Reopen(failure);
    }

    /// <summary>Somebody removed the kernel half under a running agent. It is set up anew, and what was not counted meanwhile is said.</summary>
    private void Reopen(BpfException failure)
    {
        metrics.KernelFailures.Add(1);
        health.NotReady();
        log.Warn("kernel_gone", ("error", failure.Message));
        kernel.Dispose();
        kernel = openKernel();
        unstored = null;
        TakeOver(windowStart);
        Offer();
    }

    private bool TryStore(DrainedWindow drained)
    {
        try
        {
            Store(drained);
            unstored = null;
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DuckException)
        {
            unstored = drained;
            metrics.StoreFailures.Add(1);
            log.Warn("window_not_stored", ("start", drained.Window.Start), ("error", exception.Message), ("way_out", "make room in the spool's file system; the kernel keeps the window until then"));
            return false;
        }
    }

    private void Store(DrainedWindow drained)
    {
        PollDirectory();
        LookAtCgroups();
        var (drain, window) = (drained.Drain, drained.Window);
        var place = new ObserverPlace(options.Node, directory.LocalNode.Zone, options.Region ?? directory.Region, options.Cluster ?? directory.Cluster);
        var content = WindowContent.Of(drain, window, place, directory, cgroups, node => directory.RunsAgent(node, window.Start, window.End), options.RowsMax, scope);

        var reported = spool.Reported;
        var totals = LossTotals.Of(drain.Losses);
        var dropped = spool.Dropped;
        var misses = drain.Losses.RecursionMisses + drain.Losses.TracingMisses;
        Loss[] losses =
        [
            .. totals.Since(reported.Of(drain.PinSetId).Losses),
            .. dropped.Since(reported.Dropped),
            // A part of a second counts as one: nobody being there is never nothing.
            new(CoverageReason.AgentAbsent, "seconds", (long)Math.Ceiling(drained.Absent.TotalSeconds)),
            new(CoverageReason.CountingStopped, "seconds", (long)Math.Ceiling(drained.Uncounted.TotalSeconds)),
            new(CoverageReason.RecursionMisses, "events", Math.Max(0, misses - recursionMissesReported)),
        ];
        var coverage = content.Coverage(place, spool.Stream.Incarnation, losses);
        spool.Store(drain.PinSetId, drain.Epoch, reported.With(new KernelReport(drain.PinSetId, drain.Epoch, totals), window.End, dropped), content.Rows, coverage, content.Sides);
        recursionMissesReported = Math.Max(recursionMissesReported, misses);
        kernel.Clear(drain);

        if (uploadClock.BoundaryAfter(window.Start) <= window.End)
            Offer();
        Report(drain, content, coverage);
    }

    private void Report(CaptureDrain drain, WindowContent content, IReadOnlyList<CoverageRecord> coverage)
    {
        metrics.Windows.Add(1);
        metrics.Rows.Add(content.Rows.Count);
        metrics.PostponedSockets.Add(Math.Max(0, drain.Losses.SweepsPostponed - postponedSeen));
        postponedSeen = drain.Losses.SweepsPostponed;
        metrics.MissedCgroups.Add(Math.Max(0, drain.Losses.CgroupsMissed - cgroupsMissedSeen));
        cgroupsMissedSeen = drain.Losses.CgroupsMissed;
        var said = coverage.Where(row => row.Reason != CoverageReason.Observed).Select(row => new Loss(row.Reason, row.Unit, row.Amount, row.Namespace)).ToArray();
        foreach (var loss in said)
            metrics.Lost(loss);
        var (bytes, files) = spool.Size();
        log.Info(
            "window",
            ("start", content.Window.Start),
            ("seconds", content.Window.Seconds),
            ("rows", content.Rows.Count),
            ("dns_rows", content.Sides.Dns.Count),
            ("drop_rows", content.Sides.Drops.Count),
            ("payload_bytes", content.Rows.Sum(row => row.PayloadToServer + row.PayloadToClient)),
            ("epoch", drain.Epoch),
            ("coverage", said.Length == 0 ? "complete" : string.Join(",", said.Select(loss => $"{loss.Key}:{loss.Amount}"))),
            ("spool_files", files),
            ("spool_bytes", bytes));
    }
}
