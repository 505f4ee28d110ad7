using System.Globalization;
using FlowLake.Demo.Scenario;

namespace FlowLake.Demo.Machine;

/// <summary>The network of the demo: a namespace for each pod, all joined by a bridge in a namespace of its own, and the Service's rules in the clients'.</summary>
internal static class PodNetwork
{
    public static async Task CreateAsync(DemoTopology topology, MachineNames names)
    {
        await Tool.RunAsync("ip", ["-batch", "-"], NamespaceCommands(topology, names));
        await Tool.RunAsync("ip", ["-n", names.BridgeNamespace, "-batch", "-"], BridgeCommands(topology, names));
        foreach (var pod in topology.Pods)
            await Tool.RunAsync("ip", ["-n", names.PodNamespace(pod), "-batch", "-"], PodCommands(topology, pod));

        string rules = ServiceRules.Of(topology, names.Prefix);
        foreach (var pod in topology.Clients)
            await Tool.RunAsync("nsenter", [$"--net={names.NamespacePath(pod)}", "nft", "-f", "-"], rules);
    }

    /// <summary>Removes every namespace with the prefix; its interfaces and rules go with it. The processes in it are gone before.</summary>
    public static async Task RemoveAsync(MachineNames names)
    {
        var existing = names.ExistingNamespaces();
        if (existing.Count > 0)
            await Tool.RunAsync("ip", ["-batch", "-"], Lines(existing.Select(name => $"netns delete {name}")));
    }

    private static string NamespaceCommands(DemoTopology topology, MachineNames names) =>
        Lines(topology.Pods.Select(names.PodNamespace).Prepend(names.BridgeNamespace).Select(name => $"netns add {name}"));

    private static string BridgeCommands(DemoTopology topology, MachineNames names) => Lines(
    [
        // Without snooping the bridge floods neighbour discovery, as nobody here asks for group memberships.
        "link add bridge type bridge mcast_snooping 0",
        "link set bridge up",
        .. topology.Pods.SelectMany(pod => new[]
        {
            $"link add {pod.Name} type veth peer name eth0 netns {names.PodNamespace(pod)}",
            $"link set {pod.Name} master bridge up",
        }),
    ]);

    private static string PodCommands(DemoTopology topology, DemoPod pod) => Lines(
    [
        "link set lo up",
        string.Create(CultureInfo.InvariantCulture, $"address add {pod.Ipv4}/{DemoTopology.PrefixIpv4} dev eth0"),
        // No link-local address and no duplicate address detection: the address works from the first packet on.
        "link set eth0 addrgenmode none",
        string.Create(CultureInfo.InvariantCulture, $"address add {pod.Ipv6}/{DemoTopology.PrefixIpv6} dev eth0 nodad"),
        "link set eth0 up",
        // A connection to the Service is routed before it is translated.
        $"route add {topology.Service.Ipv4}/32 dev eth0",
        $"route add {topology.Service.Ipv6}/128 dev eth0",
    ]);

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));
}
