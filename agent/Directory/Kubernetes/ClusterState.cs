using System.Collections.Immutable;

namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>Makes of the cluster's objects what the directory is fed with. No I/O.</summary>
internal static class ClusterState
{
    /// <param name="contents">The objects.</param>
    /// <param name="localNode">The node whose pods' cgroups are wanted.</param>
    public static DirectoryState Of(ClusterContents contents, string localNode)
    {
        var holders = new Dictionary<AddressKey, AddressHolder>();
        // Weakest claim first, later ones overwrite: a pod's own address is the pod's whatever a Service's status says.
        var services = Services(contents);
        foreach (var (one, entry) in services)
            Hold(holders, one.Addresses, entry);
        var nodes = Nodes(contents);
        foreach (var node in contents.Nodes)
            Hold(holders, node.Addresses, nodes[node.Name]);
        var cgroups = ImmutableArray.CreateBuilder<PodCgroup>();
        // Of two pods with one address the younger has it: the other's end is not reported yet.
        foreach (var pod in contents.Pods.Where(pod => pod.Node.Length > 0 && !pod.HasEnded).OrderBy(pod => pod.Created))
        {
            var entry = Entry(contents, pod);
            if (!pod.HostNetwork)
                Hold(holders, pod.Addresses, entry);
            if (pod.Node == localNode)
                cgroups.Add(new PodCgroup(entry, null, pod.CgroupUid));
        }

        return new DirectoryState
        {
            Region = contents.Nodes.Select(node => node.Region).FirstOrDefault(region => region is not null),
            Nodes = nodes,
            Holders = holders,
            Services = DirectoryState.ByEndpoint(services.Select(pair => pair.Entry)),
            PodRanges = [.. contents.Nodes.SelectMany(node => node.PodRanges.Items.Select(range => KeyValuePair.Create(range, nodes[node.Name])))],
            Cgroups = cgroups.ToImmutable(),
        };
    }

    private static PodEntry Entry(ClusterContents contents, PodObject pod)
    {
        var workload = Workload(contents, pod);
        return new PodEntry(pod.Namespace, pod.Name, pod.Node, workload?.Kind, workload?.Name) { Observe = pod.Observe ?? contents.ObserveOf(pod.Namespace) };
    }

    /// <summary>The Deployment over a ReplicaSet, the CronJob over a Job, else the owner itself. A static pod's owner is its node, which is no workload.</summary>
    private static OwnerName? Workload(ClusterContents contents, PodObject pod)
    {
        if (pod.Owner is not { Kind: not "Node" } owner)
            return null;
        var kind = owner.Kind switch
        {
            "ReplicaSet" => ResourceKind.ReplicaSets,
            "Job" => ResourceKind.Jobs,
            _ => null,
        };
        // By name and not by uid: a set that was deleted and made anew under its name has the same Deployment.
        return kind is null ? owner : contents.Find(kind, pod.Namespace, owner.Name) is OwnedObject { Owner: { } above } ? above : owner;
    }

    /// <summary>The nodes, and those that only pods name: where nodes may not be read, a pod's copy of the zone still places it.</summary>
    private static ImmutableDictionary<string, NodeEntry> Nodes(ClusterContents contents)
    {
        var nodes = ImmutableDictionary.CreateBuilder<string, NodeEntry>(StringComparer.Ordinal);
        foreach (var node in contents.Nodes)
            nodes[node.Name] = new NodeEntry(node.Name, node.Zone, node.ZoneId);
        foreach (var pod in contents.Pods.Where(pod => pod.Node.Length > 0 && !nodes.ContainsKey(pod.Node)))
            nodes[pod.Node] = new NodeEntry(pod.Node, pod.Zone, null);
        return nodes.ToImmutable();
    }

    private static List<(ServiceObject Object, ServiceEntry Entry)> Services(ClusterContents contents)
    {
        var slices = contents.EndpointSlices.ToLookup(slice => (slice.Namespace, slice.Service));
        return [.. contents.Services.Select(service => (service, Entry(service, slices[(service.Namespace, service.Name)])))];
    }

    private static ServiceEntry Entry(ServiceObject service, IEnumerable<EndpointSliceObject> slices)
    {
        var targets = slices.SelectMany(slice => slice.Ports.Items).Distinct().ToArray();
        var ports = service.Ports.Items.SelectMany(port => Targets(port, targets).Select(target => new ServicePort(port.Port, target, port.Protocol)));
        var endpoints = slices.SelectMany(slice => slice.Addresses.Items).Distinct().OrderBy(address => address.Bits);
        return new ServiceEntry(service.Namespace, service.Name, [.. ports], [.. endpoints]) { IsHeadless = service.Addresses.Items.IsEmpty };
    }

    /// <summary>What the endpoints listen on for a port: what their slices say, which know a port given by name too, else what the Service says.</summary>
    private static int[] Targets(ObjectPort port, ObjectPort[] targets)
    {
        var said = targets.Where(target => target.Name == port.Name && target.Protocol == port.Protocol && target.Port > 0).Select(target => target.Port).Distinct().Order().ToArray();
        return said.Length > 0 ? said : [port.Target > 0 ? port.Target : port.Port];
    }

    private static void Hold(Dictionary<AddressKey, AddressHolder> holders, ValueArray<AddressKey> addresses, AddressHolder holder)
    {
        foreach (var address in addresses.Items)
            holders[address] = holder;
    }
}
