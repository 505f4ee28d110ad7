using System.Collections.Immutable;
using System.Globalization;
using FlowLake.Demo.Pod.Documents;
using FlowLake.Demo.Scenario;

namespace FlowLake.Demo.Proof;

/// <summary>
/// Compares what the applications counted with what the table says: every pair's payload, exactly, in both directions, each byte once,
/// and both zones right on every row. No I/O.
/// </summary>
public static class TrafficProof
{
    /// <param name="topology">Who is where: the truth about zones.</param>
    /// <param name="counts">What the pods counted, clients and servers.</param>
    /// <param name="table">What the table says of TCP and UDP.</param>
    public static ProofResult Compare(DemoTopology topology, IEnumerable<CountsDocument> counts, IEnumerable<TableSum> table)
    {
        var differences = new List<ProofDifference>();
        var byClient = new Dictionary<FlowPair, PairPayload>();
        var byServer = new Dictionary<FlowPair, PairPayload>();
        foreach (var document in counts)
        {
            var pod = topology.Pod(document.Pod);
            foreach (var entry in document.Peers)
            {
                string peer = topology.Find(entry.Peer)?.Name ?? entry.Peer;
                if (pod.Role == PodRole.Client)
                    Add(byClient, new FlowPair(pod.Name, peer, entry.Protocol), new PairPayload(entry.Sent, entry.Received));
                else
                    Add(byServer, new FlowPair(peer, pod.Name, entry.Protocol), new PairPayload(entry.Received, entry.Sent));
            }
        }

        long rows = 0;
        var inTable = new Dictionary<FlowPair, PairPayload>();
        foreach (var sum in table)
        {
            rows += sum.Rows;
            Add(inTable, sum.Pair, sum.Payload);
            differences.AddRange(PlaceDifferences(topology, sum));
        }

        ImmutableArray<ProvenPair> pairs =
        [
            .. byClient.Keys.Union(byServer.Keys).Union(inTable.Keys)
                .OrderBy(pair => pair.Client, StringComparer.Ordinal)
                .ThenBy(pair => pair.Server, StringComparer.Ordinal)
                .ThenBy(pair => pair.Protocol, StringComparer.Ordinal)
                .Select(pair => new ProvenPair(pair, byClient.GetValueOrDefault(pair), byServer.GetValueOrDefault(pair), inTable.GetValueOrDefault(pair))),
        ];
        differences.AddRange(pairs.SelectMany(PayloadDifferences));
        return new ProofResult { Pairs = pairs, Differences = [.. differences], Rows = rows };
    }

    private static void Add(Dictionary<FlowPair, PairPayload> sums, FlowPair pair, PairPayload payload) => sums[pair] = sums.GetValueOrDefault(pair) + payload;

    private static IEnumerable<ProofDifference> PayloadDifferences(ProvenPair pair)
    {
        if (pair.ByServer.ToServer != pair.ByClient.ToServer)
            yield return Difference(pair.Pair, "payload to server, counted by the server", pair.ByClient.ToServer, pair.ByServer.ToServer);
        if (pair.ByServer.ToClient != pair.ByClient.ToClient)
            yield return Difference(pair.Pair, "payload to client, counted by the server", pair.ByClient.ToClient, pair.ByServer.ToClient);
        if (pair.InTable.ToServer != pair.ByClient.ToServer)
            yield return Difference(pair.Pair, "payload to server, in the table", pair.ByClient.ToServer, pair.InTable.ToServer);
        if (pair.InTable.ToClient != pair.ByClient.ToClient)
            yield return Difference(pair.Pair, "payload to client, in the table", pair.ByClient.ToClient, pair.InTable.ToClient);
    }

    private static IEnumerable<ProofDifference> PlaceDifferences(DemoTopology topology, TableSum sum)
    {
        if (Place(topology, sum.Pair.Client) is var client && sum.ClientPlace != client)
            yield return new ProofDifference(sum.Pair, $"zone of the client on {Number(sum.Rows)} rows", client ?? "none", sum.ClientPlace ?? "none");
        if (Place(topology, sum.Pair.Server) is var server && sum.ServerPlace != server)
            yield return new ProofDifference(sum.Pair, $"zone of the server on {Number(sum.Rows)} rows", server ?? "none", sum.ServerPlace ?? "none");
    }

    private static string? Place(DemoTopology topology, string pod) => topology.Find(pod) is { } known ? $"{known.Node.Zone}/{known.Node.ZoneId}" : null;

    private static ProofDifference Difference(FlowPair pair, string what, long expected, long found) =>
        new(pair, what, $"{Number(expected)} bytes", $"{Number(found)} bytes");

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
