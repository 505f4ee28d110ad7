using FlowLake.Demo.Machine;
using FlowLake.Demo.Processes;
using FlowLake.Demo.Scenario;
using FlowLake.Demo.Screen;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Demo.Traffic;

/// <summary>Flow records made up in this process and put into the inbox as three agents would: for machines without root or BPF.</summary>
internal sealed class GeneratedTraffic : ITrafficSource, IDisposable
{
    private const int Seed = 1;

    private readonly DemoTopology topology;
    private readonly DemoOptions options;
    private readonly DemoFolder folder;
    private readonly DemoScreen screen;
    private readonly TimeProvider time;
    private readonly TrafficGenerator generator;
    private readonly IObjectStore store;
    private readonly Dictionary<DemoNode, InboxKey> next;
    private readonly CancellationTokenSource stopping = new();
    private DateTimeOffset windowStart;
    private Task? work;

    public GeneratedTraffic(DemoTopology topology, DemoOptions options, string lake, DemoFolder folder, DemoScreen screen, TimeProvider time)
    {
        this.topology = topology;
        this.options = options;
        this.folder = folder;
        this.screen = screen;
        this.time = time;
        generator = new TrafficGenerator(topology, Seed, options.CallsPerSecond);
        store = ObjectStores.Open(lake, time);
        next = topology.Nodes.ToDictionary(node => node, node => new InboxKey(new StreamId(node.Name, Guid.CreateVersion7(time.GetUtcNow())), Sequence: 1));
        Record = new ProcessRecord(folder.Processes);
    }

    public string Witness => "generator";

    public string? SystemCgroup => null;

    public ProcessRecord Record { get; }

    public IReadOnlyList<Child> Children => [];

    public Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        windowStart = time.GetUtcNow();
        work = WorkAsync();
        screen.Step($"Traffic: {topology.Clients.Count()} clients and {topology.Servers.Count()} servers, made up at {options.CallsPerSecond:0} calls a second");
        return Task.CompletedTask;
    }

    public async Task<TrafficEnd> StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await work!;
        return new TrafficEnd(new PodCounts(generator.Counts, []), []);
    }

    public async Task RemoveAsync()
    {
        await stopping.CancelAsync();
        if (work is not null)
            await work;
        File.Delete(folder.Processes);
    }

    public void Dispose()
    {
        stopping.Dispose();
        store.Dispose();
    }

    private async Task WorkAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            // Windows close at wall-clock multiples of their length, as agents' do; the first and the last are shorter.
            var now = time.GetUtcNow();
            var left = options.Window - TimeSpan.FromTicks(now.Ticks % options.Window.Ticks);
            await Task.WhenAny(Task.Delay(left, time, stopping.Token));
            await PutWindowAsync();
        }
    }

    private async Task PutWindowAsync()
    {
        var start = windowStart;
        var end = time.GetUtcNow();
        int seconds = Math.Max(1, (int)Math.Round((end - start).TotalSeconds));
        windowStart = end;
        var window = generator.NextWindow(start, seconds);
        foreach (var node in topology.Nodes)
        {
            var key = next[node];
            string path = Path.Combine(folder.Work, $"{node.Name}.parquet");
            FlowRecord[] rows = [.. window[node]];
            InboxFile.Write(path, rows, [Observed(key.Stream, node, start, seconds, rows.Length)]);
            await store.UploadAsync(key.Key, path);
            next[node] = key with { Sequence = key.Sequence + 1 };
        }
    }

    private static CoverageRecord Observed(StreamId stream, DemoNode node, DateTimeOffset start, int seconds, int rows) => new()
    {
        WindowStart = start,
        WindowSeconds = seconds,
        Zone = node.Zone,
        Cluster = ClusterFile.ClusterName,
        Node = node.Name,
        Incarnation = stream.Incarnation.ToString("D"),
        Reason = CoverageReason.Observed,
        Unit = "flows",
        Amount = rows,
    };
}
