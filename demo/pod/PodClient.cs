using System.Net;
using FlowLake.Demo.Pod.Counts;
using FlowLake.Demo.Pod.Documents;

namespace FlowLake.Demo.Pod;

/// <summary>A client pod: calls random servers without end, exchanges datagrams and reads a bulk stream where told so.</summary>
public sealed class PodClient
{
    private readonly ClientDocument document;
    private readonly TimeProvider time;
    private readonly Action<string> log;
    private readonly PayloadTally tally = new();

    public PodClient(ClientDocument document, TimeProvider time, Action<string> log)
    {
        this.document = document;
        this.time = time;
        this.log = log;
    }

    /// <summary>Calls until the token is cancelled, finishes what is under way, and returns what was counted.</summary>
    public async Task<CountsDocument> RunAsync(CancellationToken stop)
    {
        log($"ready: {document.Pod} in {document.Zone}");
        var work = new List<Task>();
        if (document.CallsPerSecond > 0)
            work.Add(new ZoneCaller(document, time, log, tally).RunAsync(stop));
        if (document.Stream is { } stream)
            work.Add(new BulkReader(stream, document.StreamBytesPerSecond, time, tally).RunAsync(stop));
        foreach (var target in document.Datagrams)
        {
            var random = new Random(document.Seed * 1_000 + work.Count);
            work.Add(new DatagramExchange(target.Pod, IPEndPoint.Parse(target.EndPoint), document.DatagramExchangesPerSecond, random, time, tally).RunAsync(stop));
        }

        await Task.WhenAll(work);
        var counts = tally.ToDocument(document.Pod, SocketDrops.Read());
        log($"stopped: {document.Pod} made {counts.Completed} calls, {counts.Failed} broke");
        return counts;
    }
}
