using FlowLake.Demo.Machine;
using FlowLake.Demo.Processes;
using FlowLake.Demo.Scenario;
using FlowLake.Demo.Screen;
using FlowLake.Lake.Generation;
using FlowLake.Lake.Objects;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Generation;

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
    private readonly GeneratedInbox inbox;
    private readonly GeneratedCounts counts = new();
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
        generator = new TrafficGenerator(new ScenarioPlan(topology, options.CallsPerSecond), Seed);
        store = ObjectStores.Open(lake, time);
        inbox = new GeneratedInbox(store, folder.Work, time);
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
        return new TrafficEnd(new PodCounts(counts.Documents, []), []);
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
        Conversation[] window = [.. generator.Window(start, seconds)];
        foreach (var conversation in window)
            counts.Add(conversation);
        foreach (var node in topology.Nodes)
        {
            FlowRecord[] rows =
            [
                .. window.Where(conversation => conversation.ServerNode == node.Name).Select(conversation => conversation.ServerRow()),
                .. window.Where(conversation => conversation.ClientNode == node.Name).Select(conversation => conversation.ClientRow()),
            ];
            await inbox.PutAsync(node.Name, rows, Observed(node, start, seconds));
        }
    }

    private static CoverageRecord Observed(DemoNode node, DateTimeOffset start, int seconds) => new()
    {
        WindowStart = start,
        WindowSeconds = seconds,
        Zone = node.Zone,
        Cluster = ClusterFile.ClusterName,
        Node = node.Name,
        Incarnation = "",
        Reason = CoverageReason.Observed,
        Unit = "flows",
        Amount = 0,
    };
}
