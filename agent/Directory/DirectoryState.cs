using System.Collections.Immutable;
using System.Globalization;
using FlowLake.Schemas.Cluster;
using FlowLake.Schemas.Flows;

namespace FlowLake.Agent.Directory;

/// <summary>Who holds what at one moment: what a file hands to <see cref="PodDirectory"/>.</summary>
public sealed record DirectoryState
{
    public string? Cluster { get; init; }

    public string? Region { get; init; }

    public required ImmutableDictionary<string, NodeEntry> Nodes { get; init; }

    /// <summary>Pods (those in the host's network excepted: the address is the node's), nodes and Services by address.</summary>
    public required IReadOnlyDictionary<AddressKey, AddressHolder> Holders { get; init; }

    public required ImmutableArray<ServiceEntry> Services { get; init; }

    /// <summary>Ranges of pod addresses and the node each belongs to.</summary>
    public required ImmutableArray<KeyValuePair<AddressRange, NodeEntry>> PodRanges { get; init; }

    /// <summary>Networks outside of the cluster.</summary>
    public required ImmutableArray<KeyValuePair<AddressRange, NetworkEntry>> Networks { get; init; }

    public required ImmutableHashSet<string> NodesWithoutAgent { get; init; }

    public required ImmutableArray<PodCgroup> Cgroups { get; init; }

    /// <summary>Reads a cluster document.</summary>
    /// <exception cref="FormatException">Something in it is no address, range, protocol or known node. The message names every place.</exception>
    public static DirectoryState From(ClusterDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        return new Reader().Read(document);
    }

    /// <summary>The document's networks outside of the cluster; what is wrong with them goes to the faults, with the place of the network of that index.</summary>
    internal static ImmutableArray<KeyValuePair<AddressRange, NetworkEntry>> NetworksOf(ClusterDocument document, List<string> faults, Func<int, string> placeOf)
    {
        var networks = ImmutableArray.CreateBuilder<KeyValuePair<AddressRange, NetworkEntry>>();
        var known = new Dictionary<AddressRange, int>();
        foreach (var (index, network) in document.Networks.Index())
        {
            if (!AddressRange.TryParse(network.Cidr, out var range))
                faults.Add($"{placeOf(index)}: \"{network.Cidr}\" is no range; write it like 10.0.0.0/24");
            else if (!known.TryAdd(range, index))
                faults.Add($"{placeOf(index)}: {network.Cidr} is the same network as {placeOf(known[range])}; leave one out");
            else
                networks.Add(new(range, new NetworkEntry(NullIfEmpty(network.Name), NullIfEmpty(network.Zone), NullIfEmpty(network.ZoneId))));
        }

        return networks.ToImmutable();
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private sealed class Reader
    {
        private readonly List<string> faults = [];
        private readonly Dictionary<string, NodeEntry> nodes = new(StringComparer.Ordinal);
        private readonly Dictionary<AddressKey, AddressHolder> holders = [];
        private readonly List<KeyValuePair<AddressRange, NodeEntry>> ranges = [];
        private readonly List<PodCgroup> cgroups = [];
        private readonly Dictionary<string, bool?> observed = new(StringComparer.Ordinal);

        public DirectoryState Read(ClusterDocument document)
        {
            foreach (var node in document.Nodes)
                Add(node);
            foreach (var one in document.Namespaces)
                observed[one.Name] = one.Observe;
            foreach (var pod in document.Pods)
                Add(pod);
            var services = document.Services.Select(Add).ToArray();
            var networks = NetworksOf(document, faults, index => string.Create(CultureInfo.InvariantCulture, $"networks[{index}]"));
            if (faults.Count > 0)
                throw new FormatException(string.Join("; ", faults));
            return new DirectoryState
            {
                Cluster = document.Cluster,
                Region = document.Region,
                Nodes = nodes.ToImmutableDictionary(StringComparer.Ordinal),
                Holders = holders,
                Services = [.. services],
                PodRanges = [.. ranges],
                Networks = networks,
                NodesWithoutAgent = [.. document.Nodes.Where(node => node.Agent == false).Select(node => node.Name)],
                Cgroups = [.. cgroups],
            };
        }

        private void Add(ClusterNode node)
        {
            var entry = new NodeEntry(node.Name, NullIfEmpty(node.Zone), NullIfEmpty(node.ZoneId));
            if (!nodes.TryAdd(node.Name, entry))
                faults.Add($"node {node.Name} stands there twice");
            Hold(node.Addresses, entry, $"node {node.Name}");
            foreach (var cidr in node.PodCidrs)
            {
                if (AddressRange.TryParse(cidr, out var range))
                    ranges.Add(new(range, entry));
                else
                    faults.Add($"node {node.Name}: podCidrs: \"{cidr}\" is no range; write it like 10.0.0.0/24");
            }
        }

        private void Add(ClusterPod pod)
        {
            var entry = new PodEntry(pod.Namespace, pod.Name, pod.Node, NullIfEmpty(pod.WorkloadKind), NullIfEmpty(pod.Workload)) { Observe = pod.Observe ?? observed.GetValueOrDefault(pod.Namespace) };
            var place = $"pod {pod.Namespace}/{pod.Name}";
            if (!nodes.ContainsKey(pod.Node))
                faults.Add($"{place}: node \"{pod.Node}\" is not among the nodes");
            if (!pod.HostNetwork)
                Hold(pod.Addresses, entry, place);
            if (NullIfEmpty(pod.Cgroup) is { } path)
                cgroups.Add(new PodCgroup(entry, path));
        }

        private ServiceEntry Add(ClusterService service)
        {
            var place = $"service {service.Namespace}/{service.Name}";
            var ports = service.Ports.Select(port => new ServicePort(port.Port, port.TargetPort, Protocol(port.Protocol, place)));
            // In a fixed order, so that the same endpoints written in another order are no change.
            var endpoints = service.Endpoints.Select(text => Address(text, place)).OrderBy(address => address.Bits);
            var entry = new ServiceEntry(service.Namespace, service.Name, [.. ports], [.. endpoints]) { IsHeadless = service.Addresses.IsEmpty };
            Hold(service.Addresses, entry, place);
            return entry;
        }

        private void Hold(ImmutableArray<string> addresses, AddressHolder holder, string place)
        {
            foreach (var text in addresses)
                holders[Address(text, place)] = holder;
        }

        private AddressKey Address(string text, string place)
        {
            if (!AddressKey.TryParse(text, out var address))
                faults.Add($"{place}: \"{text}\" is no IP address");
            return address;
        }

        private byte Protocol(string name, string place)
        {
            switch (name.ToUpperInvariant())
            {
                case "TCP": return FlowProtocol.Tcp;
                case "UDP": return FlowProtocol.Udp;
                case "SCTP": return FlowProtocol.Sctp;
                default:
                    faults.Add($"{place}: protocol \"{name}\" is none of tcp, udp, sctp");
                    return 0;
            }
        }
    }
}
