using FlowLake.Ingest.Inbox;

namespace FlowLake.Ingest.Rounds;

/// <summary>Rounds in a row: until there is nothing left to take, or on and on.</summary>
/// <param name="listing">The inbox.</param>
/// <param name="ingestor">Runs a round.</param>
/// <param name="timeProvider">The clock of the pauses.</param>
/// <param name="log">Gets a line when something fails or is left behind.</param>
public sealed class IngestLoop(InboxListing listing, Ingestor ingestor, TimeProvider timeProvider, TextWriter log)
{
    /// <summary>Rounds lost to another ingest in a row after which a pass counts as one that moved nothing: the other one is at work.</summary>
    private const int OvertakenMax = 20;

    private static readonly TimeSpan pollPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan idlePause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan failurePauseMax = TimeSpan.FromSeconds(60);

    private IngestTotals totals = IngestTotals.None;
    private int overtakenInRow;
    private (int Waiting, int Foreign) left;

    /// <summary>The inbox files the last pass did not come to.</summary>
    public InboxBacklog Behind { get; private set; } = InboxBacklog.None;

    /// <summary>Whether the last pass moved nothing: what is left cannot be taken now.</summary>
    public bool IsDrained { get; private set; }

    /// <summary>Passes over the inbox until one moves nothing.</summary>
    /// <param name="cancellationToken">Ends it after the running step, without an exception.</param>
    public async Task<IngestTotals> DrainAsync(CancellationToken cancellationToken)
    {
        totals = IngestTotals.None;
        IsDrained = false;
        try
        {
            while (!IsDrained)
            {
                IsDrained = !IsWorthAnother(await PassAsync(cancellationToken));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop; whatever was under way is either committed or as if it had never been.
        }

        return totals;
    }

    /// <summary>Passes over the inbox until stopped: each second, every two when nothing comes, and more rarely while something fails.</summary>
    /// <param name="betweenPasses">Done after each pass that did not fail: upkeep.</param>
    /// <param name="cancellationToken">Ends it after the running step, without an exception.</param>
    public async Task<IngestTotals> FollowAsync(Func<CancellationToken, Task> betweenPasses, CancellationToken cancellationToken)
    {
        totals = IngestTotals.None;
        var (pause, failures) = (pollPause, 0);
        try
        {
            while (true)
            {
                try
                {
                    var pass = await PassAsync(cancellationToken);
                    await betweenPasses(cancellationToken);
                    failures = 0;
                    pause = IsWorthAnother(pass) ? pollPause : Shorter(pause * 1.5, idlePause);
                }
                catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
                {
                    // A follower outlives what fails, a store out of reach above all: nothing is lost by trying again.
                    failures++;
                    pause = Shorter(pollPause * Math.Pow(2, Math.Min(failures, 10)), failurePauseMax);
                    await log.WriteLineAsync($"ingest: failed, next try in {pause.TotalSeconds:F0} s: {exception.Message}");
                }

                await Task.Delay(pause, timeProvider, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return totals;
        }
    }

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private bool IsWorthAnother(IngestTotals pass)
    {
        overtakenInRow = pass.Overtaken == 0 || pass.Moved ? 0 : overtakenInRow + 1;
        return pass.Moved || (overtakenInRow > 0 && overtakenInRow % OvertakenMax != 0);
    }

    private async Task<IngestTotals> PassAsync(CancellationToken cancellationToken)
    {
        var pass = IngestTotals.None;
        var (waiting, foreign, firstForeign) = (0, 0, (string?)null);
        try
        {
            while (true)
            {
                var page = await listing.NextAsync(cancellationToken);
                var (round, behindGap) = await ingestor.RunAsync(page, cancellationToken);
                IngestMetrics.Round(round.Overtaken > 0 ? "overtaken" : round.Moved ? "moved" : "idle");
                (pass, totals) = (pass + round, totals + round);
                await SayHowFarAsync(page.Behind);
                waiting += behindGap;
                foreign += page.Foreign;
                firstForeign ??= page.FirstForeign;
                if (page.IsLast)
                    break;
            }
        }
        catch (Exception exception) when (RoomShortage.Is(exception) && listing.RestartSmaller())
        {
            await log.WriteLineAsync($"ingest: memory or the work folder's disk was too small for the round, going on with half as many files: {exception.Message}");
            return pass with { Overtaken = pass.Overtaken + 1 };
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            IngestMetrics.Round("failed");
            listing.Restart();
            throw;
        }

        await SayWhatIsLeftAsync(waiting, foreign, firstForeign);
        return pass;
    }

    private async Task SayHowFarAsync(InboxBacklog behind)
    {
        Behind = behind;
        IngestMetrics.Behind(behind, timeProvider.GetUtcNow());
        if (behind.Files > 0)
            await log.WriteLineAsync($"ingest: {behind.Files} inbox files of {behind.Bytes} bytes are still to come; what was put until {behind.PassedUntil:u} had its turn");
    }

    private async Task SayWhatIsLeftAsync(int waiting, int foreign, string? firstForeign)
    {
        IngestMetrics.Left(waiting, foreign);
        if (left == (waiting, foreign))
            return;
        left = (waiting, foreign);
        if (foreign > 0)
            await log.WriteLineAsync($"ingest: {foreign} objects below inbox/ are no inbox files and are left alone, the first is {firstForeign}");
        if (waiting > 0)
            await log.WriteLineAsync($"ingest: {waiting} inbox files wait for one before them in their stream");
    }
}
