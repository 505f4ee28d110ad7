using FlowLake.Schemas.Flows;

namespace FlowLake.Schemas.Generation;

/// <summary>
/// Draws windows of traffic from a plan. The same plan, seed and start give the same window, in whatever order windows are asked for. No I/O.
/// </summary>
public sealed class TrafficGenerator(ITrafficPlan plan, ulong seed)
{
    private const int SegmentBytes = 1_448;
    private const int RoundTripSamplesMax = 600;

    /// <summary>What happened in one window. A flow that was silent is not in it.</summary>
    /// <param name="start">Start of the window.</param>
    /// <param name="seconds">Its length, more than 0.</param>
    public IEnumerable<Conversation> Window(DateTimeOffset start, int seconds)
    {
        foreach (var flow in plan.FlowsAt(start))
        {
            var random = new SeededRandom(seed, flow.Key, (ulong)start.UtcTicks);
            if (Draw(flow, start, seconds, ref random) is { } conversation)
                yield return conversation;
        }
    }

    private Conversation? Draw(PlannedFlow flow, DateTimeOffset start, int seconds, ref SeededRandom random)
    {
        var calls = random.NextRounded(random.NextLognormal(flow.CallsPerSecond * seconds, flow.Spread));
        if (calls == 0)
            return null;
        var toServer = (long)random.NextLognormal(calls * flow.RequestBytes, flow.Spread);
        var toClient = (long)random.NextLognormal(calls * flow.ResponseBytes, flow.Spread);
        var connections = random.NextRounded(calls * flow.ConnectionsPerCall);
        var isTcp = flow.Protocol == FlowProtocol.Tcp;
        var (packetsToServer, packetsToClient) = (calls + (toServer / SegmentBytes) + (3 * connections), calls + (toClient / SegmentBytes) + (2 * connections));
        return new Conversation
        {
            Flow = flow,
            Cluster = plan.Cluster,
            Region = plan.Region,
            WindowStart = start,
            WindowSeconds = seconds,
            PayloadToServer = toServer,
            PayloadToClient = toClient,
            PacketsToServer = packetsToServer,
            PacketsToClient = packetsToClient,
            RetransmitsToServer = isTcp ? random.NextRounded(packetsToServer * flow.LossRate) : 0,
            RetransmitsToClient = isTcp ? random.NextRounded(packetsToClient * flow.LossRate) : 0,
            ConnectionsOpened = connections,
            ConnectionsClosed = Math.Max(0, connections + random.Next(3) - 1),
            ConnectionsFailed = isTcp && random.Next(500) == 0 ? 1 + random.Next(3) : 0,
            AtServer = RoundTrips(flow, calls, ref random),
            AtClient = RoundTrips(flow, calls, ref random),
        };
    }

    private static RoundTrips RoundTrips(PlannedFlow flow, long calls, ref SeededRandom random)
    {
        if (flow.RoundTripUs == 0)
            return default;
        var samples = Math.Min(calls, RoundTripSamplesMax);
        var mean = random.NextLognormal(flow.RoundTripUs, 0.3);
        return new RoundTrips(
            samples,
            SignificantBits.Nearest((long)(samples * mean)),
            SignificantBits.Down((long)(mean * (0.4 + (0.5 * random.NextDouble())))),
            SignificantBits.Up((long)(mean * (1.1 + random.NextDouble()))));
    }
}
