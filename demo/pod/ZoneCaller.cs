using System.Net;
using FlowLake.Demo.Pod.Counts;
using FlowLake.Demo.Pod.Documents;

namespace FlowLake.Demo.Pod;

/// <summary>Calls random servers, every second call through the Service; three of four calls on a connection of their own.</summary>
internal sealed class ZoneCaller(ClientDocument document, TimeProvider time, Action<string> log, PayloadTally tally)
{
    /// <summary>Calls a kept connection carries before another one takes its place.</summary>
    private const int CallsPerKeptConnection = 40;

    private static readonly TimeSpan LogEvery = TimeSpan.FromSeconds(1);

    private readonly Random random = new(document.Seed);
    private ZoneConnection? kept;
    private int keptCalls;
    private long callsSinceLog;
    private long lastLog = time.GetTimestamp();

    public async Task RunAsync(CancellationToken stop)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1 / document.CallsPerSecond), time);
        while (await Pace.NextAsync(pace, stop))
            await CallAsync();
        await EndKeptAsync();
    }

    private async Task CallAsync()
    {
        if (random.Next(4) > 0)
        {
            using var connection = NewConnection();
            await AskAsync(connection, last: true);
            return;
        }

        kept ??= NewConnection();
        keptCalls++;
        if (!await AskAsync(kept, last: false) || keptCalls == CallsPerKeptConnection)
            await EndKeptAsync();
    }

    private async Task EndKeptAsync()
    {
        if (kept is null)
            return;
        await kept.EndAsync();
        kept.Dispose();
        kept = null;
        keptCalls = 0;
    }

    private async Task<bool> AskAsync(ZoneConnection connection, bool last)
    {
        long begin = time.GetTimestamp();
        var answer = await connection.AskAsync(random, last);
        if (answer is null)
        {
            log($"{document.Pod} ({document.Zone}) got no answer from {connection.EndPoint}");
            return false;
        }

        callsSinceLog++;
        if (time.GetElapsedTime(lastLog) >= LogEvery)
        {
            log($"{document.Pod} ({document.Zone}) called {answer.Pod} ({answer.Zone}) at {connection.EndPoint} in {time.GetElapsedTime(begin).TotalMilliseconds:0.0} ms; {callsSinceLog} calls since the last line");
            callsSinceLog = 0;
            lastLog = time.GetTimestamp();
        }

        return true;
    }

    private ZoneConnection NewConnection()
    {
        if (document.Services.Count > 0 && random.Next(2) == 0)
            return new ZoneConnection(IPEndPoint.Parse(document.Services[random.Next(document.Services.Count)]), pod: null, document, time, tally);
        var target = document.Pods[random.Next(document.Pods.Count)];
        return new ZoneConnection(IPEndPoint.Parse(target.EndPoint), target.Pod, document, time, tally);
    }
}
