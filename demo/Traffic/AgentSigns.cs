using FlowLake.Demo.Machine;
using FlowLake.Demo.Scenario;

namespace FlowLake.Demo.Traffic;

/// <summary>How the demo sees that an agent captures: its programs are pinned and attached.</summary>
internal static class AgentSigns
{
    // The link that is pinned last. Pods start after it, so that no connection is older than its agent.
    private const string LastLink = "link_packet_out";

    public static bool IsCapturing(MachineNames names, DemoNode node)
    {
        string folder = Path.Combine(names.BpfFolder, "flowlake", node.Name);
        return Directory.Exists(folder) && Directory.EnumerateFiles(folder, LastLink, SearchOption.AllDirectories).Any();
    }
}
