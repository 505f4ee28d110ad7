using FlowLake.Lake.Objects;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Generation;

namespace FlowLake.Lake.Generation;

/// <summary>Fills a lake with a made-up cluster's traffic up to now.</summary>
public static class GeneratedLake
{
    /// <summary>Makes the windows, oldest first.</summary>
    /// <exception cref="ArgumentException">The options are wrong; the message says all that is.</exception>
    public static async Task<GenerateTotals> MakeAsync(GenerateOptions options, TimeProvider timeProvider, CancellationToken cancellationToken = default)
    {
        if (options.Complaints() is { Count: > 0 } complaints)
            throw new ArgumentException(string.Join(" ", complaints), nameof(options));
        using var store = ObjectStores.Open(options.Lake, timeProvider);
        var cluster = new GeneratedCluster(options.Nodes, options.Seed);
        var generator = new TrafficGenerator(new ClusterPlan(cluster, options.Seed), options.Seed);
        var first = First(options, generator, timeProvider.GetUtcNow());
        var tally = new Tally(first);
        try
        {
            if (options.Direct)
                await FillTablesAsync(options, generator, cluster, tally, new GeneratedTables(store, options.WorkFolder, timeProvider), cancellationToken);
            else
                await FillInboxAsync(options, generator, cluster, tally, new GeneratedInbox(store, options.WorkFolder, timeProvider), cancellationToken);
        }
        finally
        {
            if (Directory.Exists(options.WorkFolder))
                Directory.Delete(options.WorkFolder, recursive: true);
        }

        return tally.Totals;
    }

    /// <summary>The rows both observers write of a window.</summary>
    public static IEnumerable<FlowRecord> Rows(IEnumerable<Conversation> window)
    {
        foreach (var conversation in window)
        {
            if (conversation.ServerNode is not null)
                yield return conversation.ServerRow();
            if (conversation.ClientNode is not null)
                yield return conversation.ClientRow();
        }
    }

    // The last window ends before now. Where rows are asked for, the last window tells about how many windows they take.
    private static DateTimeOffset First(GenerateOptions options, TrafficGenerator generator, DateTimeOffset now)
    {
        var last = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % options.Window.Ticks), TimeSpan.Zero) - options.Window;
        var windows = options.Rows is { } rows
            ? rows / Math.Max(1, Rows(generator.Window(last, Seconds(options))).LongCount())
            : (options.Length.Ticks / options.Window.Ticks) - 1;
        return last - (options.Window * windows);
    }

    private static int Seconds(GenerateOptions options) => (int)options.Window.TotalSeconds;

    private static async Task FillTablesAsync(GenerateOptions options, TrafficGenerator generator, GeneratedCluster cluster, Tally tally, GeneratedTables tables, CancellationToken cancellationToken)
    {
        var reports = new SideReports(cluster, options.Seed);
        while (!tally.IsEnough(options))
        {
            var start = tally.NextWindow(options.Window);
            var rowsOf = cluster.Nodes.Where(node => !reports.IsSilent(node.Name, start)).ToDictionary(node => node.Name, _ => 0L);
            foreach (var conversation in generator.Window(start, Seconds(options)))
            {
                foreach (var row in Rows([conversation]).Where(row => rowsOf.ContainsKey(row.Node)))
                {
                    tally.Add(row);
                    rowsOf[row.Node]++;
                    await tables.Flows.AddAsync(row, cancellationToken);
                }

                foreach (var row in reports.Dns(conversation).Where(row => rowsOf.ContainsKey(row.Node)))
                    await tables.Dns.AddAsync(row, cancellationToken);
            }

            foreach (var node in cluster.Nodes.Where(node => rowsOf.ContainsKey(node.Name)))
            {
                await tables.Coverage.AddAsync(SideReports.Observed(node, start, Seconds(options), rowsOf[node.Name]), cancellationToken);
                foreach (var row in reports.Drops(node, start, Seconds(options)))
                    await tables.Drops.AddAsync(row, cancellationToken);
            }
        }

        await tables.FlushAsync(cancellationToken);
        tally.Files = tables.Flows.Commits;
    }

    private static async Task FillInboxAsync(GenerateOptions options, TrafficGenerator generator, GeneratedCluster cluster, Tally tally, GeneratedInbox inbox, CancellationToken cancellationToken)
    {
        while (!tally.IsEnough(options))
        {
            var start = tally.NextWindow(options.Window);
            Conversation[] window = [.. generator.Window(start, Seconds(options))];
            var (atServer, atClient) = (window.ToLookup(conversation => conversation.ServerNode), window.ToLookup(conversation => conversation.ClientNode));
            foreach (var node in cluster.Nodes)
            {
                FlowRecord[] rows = [.. atServer[node.Name].Select(conversation => conversation.ServerRow()), .. atClient[node.Name].Select(conversation => conversation.ClientRow())];
                foreach (var row in rows)
                    tally.Add(row);
                await inbox.PutAsync(node.Name, rows, SideReports.Observed(node, start, Seconds(options), rows.Length), cancellationToken);
                tally.Files++;
            }
        }
    }

    private sealed class Tally(DateTimeOffset first)
    {
        private readonly CounterEntropy entropy = new();
        private int windows;
        private long rows;
        private long primaryRows;
        private long payload;
        private TimeSpan made;

        public long Files { get; set; }

        public GenerateTotals Totals => new(first, windows, Files, rows, primaryRows, payload, entropy.BitsPerRow());

        public bool IsEnough(GenerateOptions options) => options.Rows is { } wanted ? rows >= wanted : made + options.Window > options.Length;

        public DateTimeOffset NextWindow(TimeSpan length)
        {
            var start = first + made;
            made += length;
            windows++;
            return start;
        }

        public void Add(FlowRecord row)
        {
            rows++;
            entropy.Add(row);
            if (!row.IsPrimary)
                return;
            primaryRows++;
            payload += row.PayloadToServer + row.PayloadToClient;
        }
    }
}
