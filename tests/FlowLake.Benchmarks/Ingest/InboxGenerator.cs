using FlowLake.Lake.Generation;
using FlowLake.Lake.Objects;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Generation;

namespace FlowLake.Benchmarks.Ingest;

/// <summary>Inbox files of one size, made of as many windows as a node needs for it, as after an outage.</summary>
internal static class InboxGenerator
{
    private const ulong Seed = 20_261_121;

    /// <param name="lake">Gets <c>inbox/node/incarnation/sequence.parquet</c> for one file a node.</param>
    /// <param name="files">How many files, each of its own node.</param>
    /// <param name="rows">Rows of each.</param>
    public static async Task WriteAsync(string lake, int files, int rows)
    {
        using var store = ObjectStores.Open(lake);
        var inbox = new GeneratedInbox(store, lake + "-files", TimeProvider.System);
        var cluster = new GeneratedCluster(files, Seed);
        var generator = new TrafficGenerator(new ClusterPlan(cluster, Seed), Seed);
        var byNode = cluster.Nodes.ToDictionary(node => node.Name, _ => new List<FlowRecord>());
        var now = TimeProvider.System.GetUtcNow();
        for (var start = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero); byNode.Values.Any(node => node.Count < rows); start = start.AddMinutes(-1))
        {
            foreach (var row in GeneratedLake.Rows(generator.Window(start, 60)).Where(row => byNode[row.Node].Count < rows))
                byNode[row.Node].Add(row);
        }

        foreach (var node in cluster.Nodes)
        {
            await inbox.PutAsync(node.Name, byNode[node.Name], new CoverageRecord
            {
                WindowStart = now, WindowSeconds = 60, Zone = node.Zone, Node = node.Name, Incarnation = "", Reason = CoverageReason.Observed, Unit = "flows", Amount = 0,
            });
        }

        Directory.Delete(lake + "-files");
    }
}
