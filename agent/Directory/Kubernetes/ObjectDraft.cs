namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>The fields of an object as they are met.</summary>
/// <param name="names">Where names that come again are kept.</param>
internal sealed class ObjectDraft(NamePool names)
{
    private readonly List<AddressKey> addresses = [];
    private readonly List<AddressRange> ranges = [];

    public NamePool Names => names;

    public string Namespace { get; set; } = "";

    public string Name { get; set; } = "";

    public string Uid { get; set; } = "";

    public string? Version { get; set; }

    public DateTimeOffset Created { get; set; }

    public OwnerName? Owner { get; set; }

    public string? Zone { get; set; }

    public string? ZoneId { get; set; }

    public string? Region { get; set; }

    public string? Service { get; set; }

    /// <summary>Of a static pod the hash of its file, which is its uid on the node: the API server's object is only a mirror with another.</summary>
    public string? StaticHash { get; set; }

    public bool? Observe { get; set; }

    public string Node { get; set; } = "";

    public bool HostNetwork { get; set; }

    public bool HasEnded { get; set; }

    public DateTimeOffset Started { get; set; }

    public bool IsAgent { get; set; }

    public bool IsReady { get; set; }

    public List<ObjectPort> Ports { get; } = [];

    /// <summary>Takes what is an address; a headless Service says "None", a load balancer or a node may say a name.</summary>
    public void AddAddress(string text)
    {
        if (AddressKey.TryParse(text, out var address) && !addresses.Contains(address))
            addresses.Add(address);
    }

    public void AddRange(string text)
    {
        if (AddressRange.TryParse(text, out var range) && !ranges.Contains(range))
            ranges.Add(range);
    }

    /// <summary>The object of that kind, or null for one without a name or, a slice, without a Service.</summary>
    public ClusterObject? ToObject(ResourceKind kind)
    {
        if (Name.Length == 0)
            return null;
        if (kind == ResourceKind.Pods)
            return new PodObject(Namespace, Name, PodCgroupName.Plain(StaticHash ?? Uid), Node, Zone, HostNetwork, HasEnded, Created, Started, IsAgent, IsReady, new([.. addresses]), Owner, Observe);
        if (kind == ResourceKind.Namespaces)
            return new NamespaceObject(Name, Observe);
        if (kind == ResourceKind.Nodes)
            return new NodeObject(Name, Zone, ZoneId, Region, new([.. addresses]), new([.. ranges]));
        if (kind == ResourceKind.Services)
            return new ServiceObject(Namespace, Name, new([.. addresses]), new([.. Ports]));
        if (kind == ResourceKind.EndpointSlices)
            return Service is null ? null : new EndpointSliceObject(Namespace, Name, Service, new([.. addresses]), new([.. Ports]));
        return new OwnedObject(Namespace, Name, Owner);
    }
}
