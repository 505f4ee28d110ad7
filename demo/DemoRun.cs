using FlowLake.Demo.Processes;
using FlowLake.Demo.Proof;
using FlowLake.Demo.Questions;
using FlowLake.Demo.Scenario;
using FlowLake.Demo.Screen;
using FlowLake.Demo.Traffic;

namespace FlowLake.Demo;

/// <summary>One demo from the empty machine to the proof, and back to the empty machine.</summary>
internal sealed class DemoRun
{
    private const int Proven = 0;
    private const int NotProven = 1;
    private const int SkippedProof = 130;

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan IngestPatience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly DemoTopology topology;
    private readonly PendingFiles pending;
    private readonly ITrafficSource traffic;
    private readonly LiveTraffic live;
    private readonly LakeQuestions questions;
    private readonly DemoScreen screen;
    private readonly TimeProvider time;
    private readonly string address;
    private readonly string lake;
    private readonly Child ingest;
    private readonly Child serve;

    public DemoRun(DemoTopology topology, PendingFiles pending, FlowLakeStarts starts, ITrafficSource traffic, LiveTraffic live, LakeQuestions questions, DemoScreen screen, TimeProvider time)
    {
        this.topology = topology;
        this.pending = pending;
        this.traffic = traffic;
        this.live = live;
        this.questions = questions;
        this.screen = screen;
        this.time = time;
        address = starts.Address;
        lake = starts.Lake;
        ingest = new Child(starts.Ingest() with { Cgroup = traffic.SystemCgroup }, traffic.Record, time, screen.Warn);
        serve = new Child(starts.Serve() with { Cgroup = traffic.SystemCgroup }, traffic.Record, time, screen.Warn);
    }

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(DemoStop stop)
    {
        try
        {
            long begin = time.GetTimestamp();
            await traffic.PrepareAsync(stop.Soft);
            ingest.Start();
            serve.Start();
            screen.Step($"FlowLake: ingest follows the inbox, the query API listens on {address}");
            await traffic.StartAsync(stop.Soft);
            await live.ShowAsync(begin, [ingest, serve, .. traffic.Children], stop.Soft);
            return await ProveAsync(stop.Hard) ? Proven : NotProven;
        }
        catch (OperationCanceledException)
        {
            screen.Warn("Stopped before the end: nothing is proven.");
            return SkippedProof;
        }
        finally
        {
            await RemoveAsync();
        }
    }

    private async Task<bool> ProveAsync(CancellationToken cancellationToken)
    {
        var end = await traffic.StopAsync(cancellationToken);
        if (await AwaitIngestAsync(cancellationToken) is { } failure)
            end = end with { Failures = [.. end.Failures, failure] };

        var result = TrafficProof.Compare(topology, end.Counts.Documents, await questions.SumsAsync());
        bool holds = result.Holds && end.Counts.Lost.Count == 0 && end.Failures.Count == 0;
        ProofReport.Write(screen, result, traffic.Witness, end, holds, await questions.LossesAsync());
        return holds;
    }

    /// <summary>Waits until all that the agents made is ingested.</summary>
    /// <returns>What is not, in words, where that takes too long; else null.</returns>
    private async Task<string?> AwaitIngestAsync(CancellationToken cancellationToken)
    {
        long begin = time.GetTimestamp();
        while (await pending.CountAsync(cancellationToken) is > 0 and var count)
        {
            if (ingest.Ended.IsCompleted || time.GetElapsedTime(begin) > IngestPatience)
                return $"{count} files of the agents are not ingested after {IngestPatience.TotalSeconds:0} s; {ingest.Log.LastWords()}";
            await Task.Delay(Poll, time, cancellationToken);
        }

        return null;
    }

    private async Task RemoveAsync()
    {
        await Task.WhenAll(new[] { ingest, serve }.Where(child => child.IsStarted).Select(child => child.StopAsync(StopPatience)));
        await traffic.RemoveAsync();
        screen.Step($"Everything is removed from the machine; what it stored stays in {lake}");
    }
}
