namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>The cluster's nodes, applied to a directory as they change. Not safe for several threads.</summary>
internal sealed class ClusterNodes(PodDirectory directory, WatchCounters counters)
{
    private readonly Dictionary<string, (NodeObject Object, NodeEntry Entry)> nodes = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => nodes.Keys;

    /// <summary>A pod names the node: where nodes may not be read, a pod's copy of the zone still places it.</summary>
    /// <returns>The name, in the one string that all its pods may keep.</returns>
    public string Imply(string node, string? zone)
    {
        var known = directory.Node(node);
        if (!nodes.ContainsKey(node) && (known is null || (known.Zone is null && zone is not null)))
            directory.SetNode(known = new NodeEntry(known?.Name ?? node, zone, null));
        return known?.Name ?? node;
    }

    /// <param name="node">The node as it is now.</param>
    /// <param name="at">When it was so seen.</param>
    public void Set(NodeObject node, DateTimeOffset at)
    {
        if (nodes.TryGetValue(node.Name, out var known) && known.Object.Equals(node))
            return;
        if (known.Object is null && nodes.Count >= ResourceKind.ObjectsMax)
        {
            counters.Skip();
            return;
        }

        Release(known.Object, known.Entry, at);
        var entry = new NodeEntry(node.Name, node.Zone, node.ZoneId);
        nodes[node.Name] = (node, entry);
        directory.SetNode(entry);
        foreach (var address in node.Addresses.Items)
            directory.Hold(address, entry, at);
        foreach (var range in node.PodRanges.Items)
            directory.SetRange(range, entry);
        directory.Region ??= node.Region;
    }

    public void Remove(string name, DateTimeOffset now)
    {
        if (!nodes.Remove(name, out var known))
            return;
        Release(known.Object, known.Entry, now);
        directory.RemoveNode(name, now);
    }

    private void Release(NodeObject? node, NodeEntry entry, DateTimeOffset at)
    {
        if (node is null)
            return;
        foreach (var address in node.Addresses.Items)
            directory.Release(address, entry, at);
        foreach (var range in node.PodRanges.Items)
            directory.RemoveRange(range, entry);
    }
}
