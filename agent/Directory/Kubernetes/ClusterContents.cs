using System.Collections.Immutable;

namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>The objects of the cluster as the watches last saw them. Not safe for several threads.</summary>
/// <param name="counters">Where it is counted what had no room.</param>
internal sealed class ClusterContents(WatchCounters counters)
{
    /// <summary>Most objects of one kind. What comes beyond is left out until others are gone.</summary>
    public const int ObjectsMax = 500_000;

    private readonly Dictionary<ResourceKind, Dictionary<(string Namespace, string Name), ClusterObject>> byKind = ResourceKind.All.ToDictionary(kind => kind, _ => New());

    /// <summary>Grows with each change that matters.</summary>
    public long Version { get; private set; }

    public IEnumerable<PodObject> Pods => byKind[ResourceKind.Pods].Values.Cast<PodObject>();

    public IEnumerable<NodeObject> Nodes => byKind[ResourceKind.Nodes].Values.Cast<NodeObject>();

    public IEnumerable<ServiceObject> Services => byKind[ResourceKind.Services].Values.Cast<ServiceObject>();

    public IEnumerable<EndpointSliceObject> EndpointSlices => byKind[ResourceKind.EndpointSlices].Values.Cast<EndpointSliceObject>();

    /// <summary>What its annotation decides of a namespace; null where it decides nothing, or namespaces may not be read.</summary>
    public bool? ObserveOf(string ns) => Find(ResourceKind.Namespaces, "", ns) is NamespaceObject one ? one.Observe : null;

    /// <summary>The object of that name, or null.</summary>
    public ClusterObject? Find(ResourceKind kind, string ns, string name) => byKind[kind].GetValueOrDefault((ns, name));

    public void Set(ResourceKind kind, ClusterObject one)
    {
        var objects = byKind[kind];
        var key = (one.Namespace, one.Name);
        if (objects.TryGetValue(key, out var known) && known.Equals(one))
            return;
        if (known is null && objects.Count >= ObjectsMax)
        {
            counters.Skip();
            return;
        }

        objects[key] = one;
        Version++;
    }

    public void Remove(ResourceKind kind, ClusterObject one)
    {
        if (byKind[kind].Remove((one.Namespace, one.Name)))
            Version++;
    }

    /// <summary>From now on there are exactly these of the kind.</summary>
    public void Replace(ResourceKind kind, IReadOnlyList<ClusterObject> listed)
    {
        var keys = listed.Select(one => (one.Namespace, one.Name)).ToHashSet();
        foreach (var gone in byKind[kind].Where(pair => !keys.Contains(pair.Key)).Select(pair => pair.Value).ToImmutableArray())
            Remove(kind, gone);
        foreach (var one in listed)
            Set(kind, one);
    }

    private static Dictionary<(string Namespace, string Name), ClusterObject> New() => [];
}
