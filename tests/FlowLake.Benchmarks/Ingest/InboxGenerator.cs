using FlowLake.Lake.Generation;
using FlowLake.Lake.Objects;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Generation;

namespace FlowLake.Benchmarks.Ingest;

/// <summary>Inbox files of one size, each made of as many windows as its node needs for it, as after an outage.</summary>
internal static class InboxGenerator
{
    private const ulong Seed = 20_261_121;

    /// <param name="lake">Gets <c>inbox/node/incarnation/sequence.parquet</c> for each file.</param>
    /// <param name="nodes">Nodes of the cluster; a busy one has more files than another.</param>
    /// <param name="files">Files of all nodes together.</param>
    /// <param name="rows">Rows of each.</param>
    public static async Task WriteAsync(string lake, int nodes, int files, int rows)
    {
        using var store = ObjectStores.Open(lake);
        var inbox = new GeneratedInbox(store, lake + "-files", TimeProvider.System);
        var cluster = new GeneratedCluster(nodes, Seed);
        var generator = new TrafficGenerator(new ClusterPlan(cluster, Seed), Seed);
        var byNode = cluster.Nodes.ToDictionary(node => node.Name, _ => new List<FlowRecord>());
        var now = TimeProvider.System.GetUtcNow();
        var put = 0;
        for (var start = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero); put < files; start = start.AddMinutes(-1))
        {
            foreach (var row in GeneratedLake.Rows(generator.Window(start, 60)).TakeWhile(_ => put < files))
            {
                var file = byNode[row.Node];
                file.Add(row);
                if (file.Count < rows)
                    continue;
                await inbox.PutAsync(row.Node, file, new CoverageRecord
                {
                    WindowStart = now, WindowSeconds = 60, Zone = row.Zone, Node = row.Node, Incarnation = "", Reason = CoverageReason.Observed, Unit = "flows", Amount = 0,
                });
                file.Clear();
                put++;
            }
        }

        Directory.Delete(lake + "-files");
    }
}
