using System.Globalization;
using FlowLake.Demo.Machine;
using FlowLake.Demo.Scenario;

namespace FlowLake.Demo.Processes;

/// <summary>How FlowLake's own processes are started: an agent for each node, ingest, and the query API.</summary>
internal sealed class FlowLakeStarts(DemoOptions options, IReadOnlyList<string> flowLake, DemoFolder folder, string lake)
{
    /// <summary>People kill these to see what happens, so they come back often.</summary>
    private const int RestartsMax = 20;

    public string Lake => lake;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{options.Port}");

    public ChildStart Agent(DemoNode node, MachineNames names) => Start(
        $"agent-{node.Name}",
        "agent",
        "--node", node.Name,
        "--cgroup-root", names.NodeCgroup(node),
        "--directory", folder.Cluster,
        "--lake", lake,
        "--window", string.Create(CultureInfo.InvariantCulture, $"{options.Window.TotalSeconds:0}s"),
        "--spool", Path.Combine(folder.Spool, node.Name),
        "--bpffs", names.BpfFolder);

    public ChildStart Ingest() => Start("ingest", "ingest", "--lake", lake, "--follow");

    public ChildStart Serve() => Start("serve", "serve", "--lake", lake, "--listen", Address);

    private ChildStart Start(string name, params string[] arguments) => new()
    {
        Name = name,
        Command = [.. flowLake, .. arguments],
        LogPath = folder.LogOf(name),
        RestartsMax = RestartsMax,
    };
}
