using FlowLake.Demo.Pod.Documents;
using FlowLake.Demo.Proof;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Generation;

namespace FlowLake.Demo.Traffic;

/// <summary>What the applications of generated traffic would have counted.</summary>
public sealed class GeneratedCounts
{
    private readonly Dictionary<FlowPair, PairPayload> sums = [];

    /// <summary>A document a pod.</summary>
    public IReadOnlyList<CountsDocument> Documents =>
    [
        .. sums.GroupBy(entry => entry.Key.Client).Select(client => new CountsDocument
        {
            Pod = client.Key,
            Peers = [.. client.Select(entry => new PeerPayload(entry.Key.Server, entry.Key.Protocol, entry.Value.ToServer, entry.Value.ToClient))],
        }),
        .. sums.GroupBy(entry => entry.Key.Server).Select(server => new CountsDocument
        {
            Pod = server.Key,
            Peers = [.. server.Select(entry => new PeerPayload(entry.Key.Client, entry.Key.Protocol, entry.Value.ToClient, entry.Value.ToServer))],
        }),
    ];

    public void Add(Conversation conversation)
    {
        var pair = new FlowPair(conversation.Flow.Client.Pod!, conversation.Flow.Server.Pod!, FlowProtocol.Name(conversation.Flow.Protocol));
        sums[pair] = sums.GetValueOrDefault(pair) + new PairPayload(conversation.PayloadToServer, conversation.PayloadToClient);
    }
}
