using FlowLake.Agent.Bpf;
using FlowLake.Agent.Directory;
using FlowLake.Schemas.Flows;

namespace FlowLake.Agent.Windows;

/// <summary>An end with its name, and what the rules need to know of it.</summary>
/// <param name="Address">Its address; none where the kernel had to drop the detail.</param>
/// <param name="Holder">Who held the address, or null.</param>
/// <param name="End">The end as the row shows it, its Service only where the end is one: which one a pod stands behind depends on the port.</param>
internal sealed record NamedEnd(AddressKey Address, AddressHolder? Holder, FlowEnd End);

/// <summary>Names the ends of one window's flows. Made anew for each window; asks the directory once an address.</summary>
internal sealed class EndNaming(PodDirectory directory, CgroupIndex cgroups, FlowWindow window, Func<string, bool> runsAgent, ObservationScope scope)
{
    private readonly Dictionary<(AddressKey, ulong), NamedEnd> local = [];
    private readonly Dictionary<AddressKey, NamedEnd> remote = [];
    private readonly Dictionary<AddressKey, EndObservation> observations = [];

    /// <summary>The local end: by cgroup, which an address handed on cannot confuse and which tells host-network pods apart; by address when no pod has it.</summary>
    public NamedEnd Local(ulong cgroup, AddressKey address)
    {
        if (local.TryGetValue((address, cgroup), out var named))
            return named;
        var holder = cgroups.TryFind(cgroup, out var pod) ? pod : HolderOf(address);
        // A socket of this node is on this node, whatever its address is, unless the address says more.
        return local[(address, cgroup)] = Name(address, holder ?? directory.LocalNode);
    }

    /// <summary>The remote end: who held the address in the window.</summary>
    public NamedEnd Remote(AddressKey address) =>
        remote.TryGetValue(address, out var named) ? named : remote[address] = Name(address, HolderOf(address));

    /// <summary>Whether an agent observes the end as a server.</summary>
    public EndObservation ObservationOf(NamedEnd server)
    {
        if (!observations.TryGetValue(server.Address, out var observation))
            observations[server.Address] = observation = PrimaryRule.ObservationOf(server.Holder, server.Address, runsAgent, scope, HolderOf);
        return observation;
    }

    /// <summary>The Service that leads to that port of the end, preferring one with an address of its own; with none, any the end stands behind.</summary>
    public (ServiceEntry? Service, ServicePort? Port) ServiceTo(NamedEnd server, int port, byte protocol)
    {
        foreach (var service in directory.ServicesOf(server.Address, window.Start, window.End))
        {
            if (service.PortTo(port, protocol) is { } match)
                return (service, match);
        }

        return (null, null);
    }

    /// <summary>The Service the end is, or is an endpoint of; the first by name of several.</summary>
    public string? ServiceOf(NamedEnd end) => end.End.Service ?? (directory.ServicesOf(end.Address, window.Start, window.End) is [var service, ..] ? service.Name : null);

    private AddressHolder? HolderOf(AddressKey address) => address.IsNone ? null : directory.HolderOf(address, window.Start, window.End);

    private NamedEnd Name(AddressKey address, AddressHolder? holder)
    {
        var ip = address.IsNone ? null : address.ToString();
        var end = holder switch
        {
            PodEntry pod => Placed(directory.Node(pod.Node)) with
            {
                Kind = EndKind.Pod,
                Namespace = pod.Namespace,
                Pod = pod.Name,
                WorkloadKind = pod.WorkloadKind,
                Workload = pod.Workload,
                Node = pod.Node,
            },
            NodeEntry node => Placed(node) with { Kind = EndKind.Node, Node = node.Name },
            NetworkEntry network => new FlowEnd
            {
                Kind = EndKind.External,
                WorkloadKind = network.Name is null ? null : NetworkEntry.WorkloadKind,
                Workload = network.Name,
                Zone = network.Zone,
                ZoneId = network.ZoneId,
            },
            ServiceEntry service => new FlowEnd { Kind = EndKind.Service, Namespace = service.Namespace, Service = service.Name },
            _ => new FlowEnd { Kind = !address.IsNone && AddressScope.IsPublic(address) ? EndKind.External : EndKind.Unknown },
        };
        return new NamedEnd(address, holder, end with { Ip = ip });
    }

    private static FlowEnd Placed(NodeEntry? node) => new() { Kind = EndKind.Unknown, Zone = node?.Zone, ZoneId = node?.ZoneId };

    /// <summary>The key's address as the directory knows it.</summary>
    public static AddressKey KeyOf(FlowAddress address) => address.IsNone ? default : AddressKey.From(address.ToIPAddress());
}
