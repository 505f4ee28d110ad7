using System.Collections.Immutable;

namespace FlowLake.Agent.Directory;

// Whole states, as a file has them.
public sealed partial class PodDirectory
{
    private DirectoryState? state;
    private DateTimeOffset appliedAt = DateTimeOffset.MinValue;
    private ImmutableHashSet<string> withoutAgent = [];

    /// <summary>
    /// From <paramref name="at"/> on the cluster is as the state says. The first state holds for all time before as well: who was there when the agent
    /// started was there earlier too, as far as anybody here knows.
    /// </summary>
    public void Apply(DirectoryState next, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(next);
        lock (gate)
        {
            var from = state is null ? DateTimeOffset.MinValue : at > appliedAt ? at : appliedAt;
            Replace(holders, state?.Holders ?? ImmutableDictionary<AddressKey, AddressHolder>.Empty, next.Holders, from);
            Replace(endpoints, state?.Services ?? [], next.Services, from);
            foreach (var (range, node) in state?.PodRanges ?? [])
                podRanges.Remove(range, node);
            foreach (var (range, node) in next.PodRanges)
                podRanges.Set(range, node);
            foreach (var name in nodes.Keys.Where(name => !next.Nodes.ContainsKey(name) && !departed.ContainsKey(name)).ToArray())
                departed[name] = from;
            foreach (var node in next.Nodes.Values)
                SetNode(node);
            SetNetworks(next.Networks);
            withoutAgent = next.NodesWithoutAgent;
            (Cluster, Region) = (next.Cluster, next.Region);
            SetLocalCgroups([.. next.Cgroups.Where(cgroup => cgroup.Pod.Node == localNode)], from);
            (state, appliedAt) = (next, from);
            Forget(from);
        }
    }

    private static void Replace(ClaimTable table, IReadOnlyDictionary<AddressKey, AddressHolder> old, IReadOnlyDictionary<AddressKey, AddressHolder> next, DateTimeOffset at)
    {
        foreach (var (address, holder) in old)
        {
            if (!next.TryGetValue(address, out var now) || !now.Equals(holder))
                table.End(address, holder, at);
        }

        foreach (var (address, holder) in next)
        {
            if (!old.TryGetValue(address, out var before) || !before.Equals(holder))
                table.Hold(address, holder, at);
        }
    }

    private static void Replace(ClaimTable table, ImmutableArray<ServiceEntry> old, ImmutableArray<ServiceEntry> next, DateTimeOffset at)
    {
        var (were, are) = (Fronts(old), Fronts(next));
        foreach (var (address, front) in were.Except(are))
            table.End(address, front, at);
        foreach (var (address, front) in are.Except(were))
            table.Hold(address, front, at);
    }

    private static HashSet<(AddressKey Address, ServiceEntry Front)> Fronts(ImmutableArray<ServiceEntry> services) =>
        [.. services.SelectMany(service => service.Endpoints.Select(endpoint => (endpoint, service.Front)))];
}
