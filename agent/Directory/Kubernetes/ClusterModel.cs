namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>The cluster as the watches last saw it, applied to a directory object by object. Safe for several threads, one a kind.</summary>
/// <remarks>
/// An object of a list is applied as soon as it is read, and what the list did not have is gone at its end: of a list no more than names is held beside what
/// is known, and one that breaks off takes nothing away.
/// </remarks>
internal sealed class ClusterModel
{
    private readonly Lock gate = new();
    private readonly TimeProvider timeProvider;
    private readonly ClusterPods pods;
    private readonly ClusterNodes nodes;
    private readonly ClusterServices services;

    /// <summary>
    /// What the lists that are being read had so far; pods, which are many, each know it themselves. A list of more than <see cref="ResourceKind.ObjectsMax"/>
    /// is not in it any more, and takes nothing away.
    /// </summary>
    private readonly Dictionary<ResourceKind, HashSet<(string Namespace, string Name)>> listed = [];
    private bool isComplete;

    /// <param name="directory">The directory it feeds.</param>
    /// <param name="counters">Where it is counted what had no room.</param>
    /// <param name="timeProvider">The clock by which who held what.</param>
    public ClusterModel(PodDirectory directory, WatchCounters counters, TimeProvider timeProvider)
    {
        this.timeProvider = timeProvider;
        nodes = new ClusterNodes(directory, counters);
        services = new ClusterServices(directory, counters);
        pods = new ClusterPods(directory, nodes, counters);
    }

    /// <summary>Grows with each change of a pod of this node, or of what a workload is called; null until <see cref="Complete"/>.</summary>
    public long? LocalVersion
    {
        get
        {
            lock (gate)
                return isComplete ? pods.LocalVersion : null;
        }
    }

    private DateTimeOffset Now => timeProvider.GetUtcNow();

    private DateTimeOffset Since => isComplete ? Now : DateTimeOffset.MinValue;

    /// <summary>Every kind was listed or denied. What came before holds for all time before as well: it was there when the agent started.</summary>
    public void Complete()
    {
        lock (gate)
            isComplete = true;
    }

    /// <summary>The objects of the kind that are set from here to <see cref="EndList"/> are all there are. Where a list broke off, this begins another.</summary>
    public void BeginList(ResourceKind kind)
    {
        lock (gate)
        {
            if (kind == ResourceKind.Pods)
                pods.BeginList();
            else
                listed[kind] = [];
        }
    }

    /// <summary>An object that is there: listed, added or changed. One without a name is of no use, nor a slice without a Service.</summary>
    public void Set(ResourceKind kind, ObjectDraft one)
    {
        if (one.Name.IsEmpty)
            return;
        lock (gate)
        {
            if (listed.TryGetValue(kind, out var names) && names.Add((one.Namespace, one.Name.ToString())) && names.Count > ResourceKind.ObjectsMax)
                listed.Remove(kind);
            if (kind == ResourceKind.Pods)
                pods.Set(one, Since, Now);
            else if (kind == ResourceKind.Nodes)
                nodes.Set(one.ToNode(), Since);
            else if (kind == ResourceKind.Services)
                services.Set(one.ToService(), Since);
            else if (kind == ResourceKind.EndpointSlices && one.Service is { } service)
                services.Set(one.ToSlice(service), Since);
            else if (kind == ResourceKind.Namespaces)
                pods.SetNamespace(one.Names.Text(one.Name.Text), one.Observe, Now);
            else if (kind.OwnerKind is { } owner)
                pods.SetOwner(new OwnerName(owner, one.Names.Text(one.Name.Text)), one.Namespace, one.Owner, Now);
        }
    }

    /// <summary>An object that was deleted.</summary>
    public void Remove(ResourceKind kind, ObjectDraft one)
    {
        lock (gate)
        {
            if (kind == ResourceKind.Pods)
                pods.Remove(one.Namespace, one.Name.Text, Now);
            else
                Remove(kind, one.Namespace, one.Name.ToString());
        }
    }

    /// <summary>What the list did not have is gone.</summary>
    public void EndList(ResourceKind kind)
    {
        lock (gate)
        {
            if (kind == ResourceKind.Pods)
                pods.EndList(Now);
            if (!listed.Remove(kind, out var names))
                return;
            foreach (var (ns, name) in Known(kind).Where(known => !names.Contains(known)).ToArray())
                Remove(kind, ns, name);
        }
    }

    private IEnumerable<(string Namespace, string Name)> Known(ResourceKind kind)
    {
        if (kind == ResourceKind.Nodes)
            return nodes.Names.Select(name => ("", name));
        if (kind == ResourceKind.Services)
            return services.Names;
        if (kind == ResourceKind.EndpointSlices)
            return services.SliceNames;
        return kind.OwnerKind is { } owner ? pods.Groups.OwnerNames(owner) : pods.Groups.Namespaces.Select(name => ("", name));
    }

    private void Remove(ResourceKind kind, string ns, string name)
    {
        if (kind == ResourceKind.Nodes)
            nodes.Remove(name, Now);
        else if (kind == ResourceKind.Services)
            services.Remove(ns, name, Now);
        else if (kind == ResourceKind.EndpointSlices)
            services.RemoveSlice(ns, name, Now);
        else if (kind == ResourceKind.Namespaces)
            pods.SetNamespace(name, null, Now);
        else if (kind.OwnerKind is { } owner)
            pods.Groups.RemoveOwner(new OwnerName(owner, name), ns);
    }
}
