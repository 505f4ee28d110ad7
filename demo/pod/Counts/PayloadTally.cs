using FlowLake.Demo.Pod.Documents;

namespace FlowLake.Demo.Pod.Counts;

/// <summary>Payload bytes by peer and protocol. Safe to call from any thread.</summary>
public sealed class PayloadTally
{
    /// <summary>Peers told apart; the payload of any further one is counted under <see cref="OtherPeer"/>.</summary>
    public const int PeersMax = 1_024;

    public const string OtherPeer = "other";

    private readonly Lock gate = new();
    private readonly Dictionary<(string Peer, string Protocol), (long Sent, long Received)> payload = [];
    private long completed;
    private long failed;
    private long datagramsUnanswered;

    public void Add(string peer, string protocol, long sent, long received)
    {
        if (sent == 0 && received == 0)
            return;
        lock (gate)
        {
            var key = (peer, protocol);
            if (payload.Count >= PeersMax && !payload.ContainsKey(key))
                key = (OtherPeer, protocol);
            var before = payload.GetValueOrDefault(key);
            payload[key] = (before.Sent + sent, before.Received + received);
        }
    }

    public void Complete() => Interlocked.Increment(ref completed);

    public void Fail() => Interlocked.Increment(ref failed);

    public void MissDatagrams(long count) => Interlocked.Add(ref datagramsUnanswered, count);

    /// <summary>The counts up to now, in the order of peer and protocol.</summary>
    public CountsDocument ToDocument(string pod, long datagramsDropped)
    {
        lock (gate)
        {
            return new CountsDocument
            {
                Pod = pod,
                Peers = [.. payload
                    .Select(entry => new PeerPayload(entry.Key.Peer, entry.Key.Protocol, entry.Value.Sent, entry.Value.Received))
                    .OrderBy(entry => entry.Peer, StringComparer.Ordinal)
                    .ThenBy(entry => entry.Protocol, StringComparer.Ordinal)],
                Completed = Interlocked.Read(ref completed),
                Failed = Interlocked.Read(ref failed),
                DatagramsUnanswered = Interlocked.Read(ref datagramsUnanswered),
                DatagramsDropped = datagramsDropped,
            };
        }
    }
}
