using FlowLake.Lake.Objects;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Generation;

namespace FlowLake.Lake.Generation;

/// <summary>Fills a lake with a made-up cluster's traffic up to now.</summary>
public static class GeneratedLake
{
    /// <summary>Rows of one commit when they go straight into the table: with three zones, files of the size that the writer of records is made for.</summary>
    private const int CommitRows = 60_000;

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
                await FillTableAsync(options, generator, tally, new GeneratedTable(store, options.WorkFolder, timeProvider), cancellationToken);
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

    private static async Task FillTableAsync(GenerateOptions options, TrafficGenerator generator, Tally tally, GeneratedTable table, CancellationToken cancellationToken)
    {
        var pending = new List<FlowRecord>();
        while (!tally.IsEnough(options))
        {
            foreach (var row in Rows(generator.Window(tally.NextWindow(options.Window), Seconds(options))))
            {
                tally.Add(row);
                pending.Add(row);
                if (pending.Count == CommitRows)
                    await CommitAsync();
            }
        }

        if (pending.Count > 0)
            await CommitAsync();

        async Task CommitAsync()
        {
            await table.CommitAsync(pending, cancellationToken);
            tally.Files++;
            pending.Clear();
        }
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
                await inbox.PutAsync(node.Name, rows, Observed(node, start, options), cancellationToken);
                tally.Files++;
            }
        }
    }

    private static CoverageRecord Observed(GeneratedNode node, DateTimeOffset start, GenerateOptions options) => new()
    {
        WindowStart = start,
        WindowSeconds = Seconds(options),
        Zone = node.Zone,
        Cluster = ClusterPlan.ClusterName,
        Node = node.Name,
        Incarnation = "",
        Reason = CoverageReason.Observed,
        Unit = "flows",
        Amount = 0,
    };

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
