using FlowLake.Demo.Machine;
using FlowLake.Demo.Processes;
using FlowLake.Demo.Scenario;
using FlowLake.Demo.Screen;

namespace FlowLake.Demo.Traffic;

/// <summary>Real traffic: pods in network namespaces and cgroups, and an agent for each node.</summary>
internal sealed class CapturedTraffic : ITrafficSource
{
    private static readonly TimeSpan AgentPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly DemoOptions options;
    private readonly DemoFolder folder;
    private readonly MachineNames names;
    private readonly DemoScreen screen;
    private readonly TimeProvider time;
    private readonly DemoTopology topology;
    private readonly List<Child> agents;
    private DemoPods? pods;

    public CapturedTraffic(DemoTopology topology, DemoOptions options, FlowLakeStarts starts, DemoFolder folder, MachineNames names, DemoScreen screen, TimeProvider time)
    {
        this.topology = topology;
        this.options = options;
        this.folder = folder;
        this.names = names;
        this.screen = screen;
        this.time = time;
        Record = new ProcessRecord(names.ProcessFile);
        agents = [.. topology.Nodes.Select(node => new Child(starts.Agent(node, names) with { Cgroup = SystemCgroup }, Record, time, screen.Warn))];
    }

    public string Witness => "applications";

    public string? SystemCgroup => names.SystemCgroup;

    public ProcessRecord Record { get; }

    public IReadOnlyList<Child> Children => [.. agents, .. pods?.Children ?? []];

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        CgroupTree.Create(topology, names);
        await PodNetwork.CreateAsync(topology, names);
        await Mounts.MountBpfAsync(names.BpfFolder);
        string cgroupRoot = Path.GetRelativePath(names.CgroupMount, names.CgroupRoot);
        await File.WriteAllBytesAsync(folder.Cluster, ClusterFile.Of(topology, cgroupRoot).ToJson(), cancellationToken);
        screen.Step($"Network: {topology.Nodes.Length} zones with a node each, {topology.Pods.Length} pods in their own network namespaces and cgroups, Service {topology.Service.Ipv4}:{topology.Service.Port}");
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var agent in agents)
            agent.Start();
        foreach (var (node, agent) in topology.Nodes.Zip(agents))
            await AwaitCaptureAsync(node, agent, cancellationToken);
        screen.Step($"Agents: {agents.Count} capture, one for each node, windows of {options.Window.TotalSeconds:0} s");

        var podCommand = options.PodCommand is [] ? [Path.Combine(AppContext.BaseDirectory, "flowlake-pod")] : options.PodCommand;
        pods = new DemoPods(topology, names, podCommand, options.CallsPerSecond, folder.Logs, time, screen.Warn);
        await pods.StartAsync(cancellationToken);
        screen.Step($"Traffic: {topology.Clients.Count()} clients call {topology.Servers.Count()} servers {options.CallsPerSecond:0} times a second, half by the Service; logs are in {Path.Combine(options.Folder, "logs")}");
    }

    public async Task<TrafficEnd> StopAsync(CancellationToken cancellationToken)
    {
        screen.Step("The applications stop: clients first, every connection read to its end");
        var counts = await pods!.StopAsync().WaitAsync(cancellationToken);
        screen.Step("The agents send their last window");
        var ends = await Task.WhenAll(agents.Select(agent => agent.StopAsync(AgentPatience))).WaitAsync(cancellationToken);
        return new TrafficEnd(
            counts,
            [.. agents.Zip(ends).Where(pair => pair.Second.ExitCode != 0).Select(pair => $"{pair.First.Name} ended with exit code {pair.Second.ExitCode}; {pair.First.Log.LastWords()}")]);
    }

    public async Task RemoveAsync()
    {
        // In the order of a good end. Whatever of it fails, what is left goes by its names.
        await Task.WhenAll((pods?.Children ?? []).Where(child => child.IsStarted).Select(child => child.StopAsync(StopPatience)));
        await Task.WhenAll(agents.Where(child => child.IsStarted).Select(child => child.StopAsync(StopPatience)));
        await Leftovers.RemoveAsync(names, time);
    }

    private async Task AwaitCaptureAsync(DemoNode node, Child agent, CancellationToken cancellationToken)
    {
        long begin = time.GetTimestamp();
        while (!AgentSigns.IsCapturing(names, node))
        {
            if (agent.Ended.IsCompleted || time.GetElapsedTime(begin) > AgentPatience)
                throw new DemoException($"{agent.Name} never began to capture; {agent.Log.LastWords()}");
            await Task.Delay(Poll, time, cancellationToken);
        }
    }
}
