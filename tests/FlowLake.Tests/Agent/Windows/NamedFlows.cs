using System.Net;
using FlowLake.Agent.Bpf;
using FlowLake.Agent.Directory;
using FlowLake.Agent.Windows;
using FlowLake.Schemas.Flows;

namespace FlowLake.Tests.Agent.Windows;

/// <summary>What an agent makes of flows its kernel counted.</summary>
internal static class NamedFlows
{
    /// <summary>A flow of a cgroup that says nothing, so that the addresses do; an empty one is none.</summary>
    public static FlowEntry Flow(string local, string remote, FlowRole role, ushort port, FlowCounters counters = default, byte protocol = FlowProtocol.Tcp, ulong cgroup = 1) => new(
        new FlowKey { Cgroup = cgroup, Local = Address(local), Remote = Address(remote), Role = role, ServerPort = port, Protocol = protocol },
        counters);

    /// <summary>The window's content, by an agent on the directory's own node. Other nodes run agents as the directory knows it.</summary>
    public static WindowContent Name(PodDirectory directory, FlowWindow window, IEnumerable<FlowEntry> flows, ObserverPlace? place = null, CgroupIndex? cgroups = null) => WindowContent.Of(
        new CaptureDrain { PinSetId = Guid.Empty, Epoch = 1, Flows = [.. flows], Losses = new CaptureLosses() },
        window,
        place ?? new ObserverPlace(directory.LocalNodeName, "zone", "region", "cluster"),
        directory,
        cgroups ?? new CgroupIndex("/nowhere", () => []),
        node => directory.RunsAgent(node, window.Start, window.End),
        rowsMax: 100);

    private static FlowAddress Address(string text) => text.Length == 0 ? default : FlowAddress.From(IPAddress.Parse(text));
}
