namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>The cluster as the watches last saw it, applied to a directory change by change. Not safe for several threads.</summary>
internal sealed class ClusterModel
{
    private readonly TimeProvider timeProvider;
    private readonly ClusterNodes nodes;
    private readonly ClusterServices services;

    /// <param name="directory">The directory it feeds.</param>
    /// <param name="counters">Where it is counted what had no room.</param>
    /// <param name="timeProvider">The clock by which who held what.</param>
    public ClusterModel(PodDirectory directory, WatchCounters counters, TimeProvider timeProvider)
    {
        this.timeProvider = timeProvider;
        nodes = new ClusterNodes(directory, counters);
        services = new ClusterServices(directory, counters);
        Pods = new ClusterPods(directory, nodes, counters);
    }

    public ClusterPods Pods { get; }

    /// <summary>True once every kind was listed or denied. What comes before holds for all time before as well: it was there when the agent started.</summary>
    public bool IsComplete { get; set; }

    private DateTimeOffset Now => timeProvider.GetUtcNow();

    private DateTimeOffset Since => IsComplete ? Now : DateTimeOffset.MinValue;

    /// <summary>An object that was added or changed.</summary>
    public void Set(ResourceKind kind, ClusterObject one)
    {
        switch (one)
        {
            case PodObject pod: Pods.Set(pod, Since, Now); break;
            case NodeObject node: nodes.Set(node, Since); break;
            case ServiceObject service: services.Set(service, Since); break;
            case EndpointSliceObject slice: services.Set(slice, Since); break;
            case OwnedObject owned: Pods.SetOwner(kind.OwnerKind!, owned, Now); break;
            case NamespaceObject ns: Pods.SetNamespace(ns.Name, ns.Observe, Now); break;
        }
    }

    /// <summary>An object that was deleted.</summary>
    public void Remove(ResourceKind kind, ClusterObject one)
    {
        switch (one)
        {
            case PodObject: Pods.Remove(one.Namespace, one.Name, Now); break;
            case NodeObject: nodes.Remove(one.Name, Now); break;
            case ServiceObject: services.Remove(one.Namespace, one.Name, Now); break;
            case EndpointSliceObject: services.RemoveSlice(one.Namespace, one.Name, Now); break;
            case OwnedObject: Pods.RemoveOwner(kind.OwnerKind!, one.Namespace, one.Name); break;
            case NamespaceObject: Pods.SetNamespace(one.Name, null, Now); break;
        }
    }

    /// <summary>From now on there are exactly these of the kind.</summary>
    public void Replace(ResourceKind kind, IReadOnlyList<ClusterObject> listed)
    {
        if (kind == ResourceKind.Pods)
            Pods.Replace([.. listed.Cast<PodObject>()], Since, Now);
        else if (kind == ResourceKind.Nodes)
            nodes.Replace([.. listed.Cast<NodeObject>()], Since, Now);
        else if (kind == ResourceKind.Services)
            services.Replace([.. listed.Cast<ServiceObject>()], Since, Now);
        else if (kind == ResourceKind.EndpointSlices)
            services.Replace([.. listed.Cast<EndpointSliceObject>()], Since, Now);
        else if (kind == ResourceKind.Namespaces)
            Pods.ReplaceNamespaces([.. listed.Cast<NamespaceObject>()], Now);
        else
            Pods.ReplaceOwners(kind.OwnerKind!, [.. listed.Cast<OwnedObject>()], Now);
    }
}
