using System.Collections.Immutable;

namespace FlowLake.Agent.Directory;

// A change at a time, as watches bring them.
public sealed partial class PodDirectory
{
    /// <summary>Somebody has an address from a time on.</summary>
    internal void Hold(AddressKey address, AddressHolder holder, DateTimeOffset from)
    {
        lock (gate)
            holders.Hold(address, holder, from);
    }

    /// <inheritdoc cref="ClaimTable.Has"/>
    internal bool Holds(IPodClaim pod, ReadOnlySpan<AddressKey> addresses)
    {
        lock (gate)
            return holders.Has(pod, addresses);
    }

    internal void Release(AddressKey address, AddressHolder holder, DateTimeOffset at)
    {
        lock (gate)
            holders.End(address, holder, at);
    }

    internal void ReleaseAll(IPodClaim pod, DateTimeOffset at)
    {
        lock (gate)
            holders.EndAll(pod, at);
    }

    /// <summary>The addresses are a Service's endpoints from a time on.</summary>
    /// <param name="front">The Service without its endpoints, so that one more of them is no change for the others.</param>
    internal void AddEndpoints(IEnumerable<AddressKey> addresses, ServiceEntry front, DateTimeOffset from)
    {
        lock (gate)
        {
            foreach (var address in addresses)
                endpoints.Hold(address, front, from);
        }
    }

    internal void RemoveEndpoints(IEnumerable<AddressKey> addresses, ServiceEntry front, DateTimeOffset at)
    {
        lock (gate)
        {
            foreach (var address in addresses)
                endpoints.End(address, front, at);
        }
    }

    /// <summary>A node is there, or is different; null: with neither addresses nor ranges, all that is known of it is that pods run there.</summary>
    internal void SetNode(NodeEntry node)
    {
        lock (gate)
        {
            nodes[node.Name] = node;
            departed.Remove(node.Name);
        }
    }

    internal void SetRange(AddressRange range, NodeEntry node)
    {
        lock (gate)
            podRanges.Set(range, node);
    }

    internal void RemoveRange(AddressRange range, NodeEntry node)
    {
        lock (gate)
            podRanges.Remove(range, node);
    }

    /// <summary>A node left. What was on it still has its zone.</summary>
    internal void RemoveNode(string name, DateTimeOffset at)
    {
        lock (gate)
        {
            if (nodes.ContainsKey(name))
                departed[name] = at;
        }
    }

    /// <summary>The cgroups of this node's pods are these; those that no longer are stay known as those of pods that are gone.</summary>
    internal void SetLocalCgroups(IReadOnlyList<PodCgroup> next, DateTimeOffset at)
    {
        lock (gate)
        {
            var still = next.Select(cgroup => (cgroup.Path, cgroup.Uid)).ToHashSet();
            foreach (var gone in localCgroups.Where(cgroup => !still.Contains((cgroup.Path, cgroup.Uid))))
                goneCgroups.Enqueue((gone, at));
            while (goneCgroups.TryPeek(out var first) && (goneCgroups.Count > GoneCgroupsMax || at - first.At > Kept))
                goneCgroups.Dequeue();
            localCgroups = next;
        }
    }

    internal void SetAgentPod(string ns, string name, string node, bool isReady, DateTimeOffset at)
    {
        lock (gate)
            agents.Set(ns, name, node, isReady, at);
    }

    internal void RemoveAgentPod(string ns, string name, DateTimeOffset at)
    {
        lock (gate)
            agents.Remove(ns, name, at);
    }

    /// <summary>Drops what ended longer ago than <see cref="Kept"/>.</summary>
    internal void Forget(DateTimeOffset now)
    {
        if (now - DateTimeOffset.MinValue <= Kept)
            return;
        lock (gate)
        {
            var before = now - Kept;
            holders.Forget(before);
            endpoints.Forget(before);
            agents.Forget(before);
            foreach (var name in departed.Where(pair => pair.Value <= before).Select(pair => pair.Key).ToImmutableArray())
            {
                departed.Remove(name);
                nodes.Remove(name);
            }
        }
    }
}
