namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>The cluster's Services with their endpoints, applied to a directory as they change. Not safe for several threads.</summary>
internal sealed class ClusterServices(PodDirectory directory, WatchCounters counters)
{
    private readonly Dictionary<(string Namespace, string Name), Parts> services = [];
    private readonly Dictionary<(string Namespace, string Name), string> sliceOwners = [];

    public IEnumerable<(string Namespace, string Name)> Names => services.Keys;

    public IEnumerable<(string Namespace, string Name)> SliceNames => sliceOwners.Keys;

    public void Set(ServiceObject service, DateTimeOffset at)
    {
        if (PartsOf(service.Namespace, service.Name) is not { } parts)
            return;
        parts.Service = service;
        Apply(parts, at);
    }

    public void Remove(string ns, string name, DateTimeOffset now)
    {
        if (!services.TryGetValue((ns, name), out var parts))
            return;
        parts.Service = null;
        Apply(parts, now);
        Drop((ns, name), parts);
    }

    public void Set(EndpointSliceObject slice, DateTimeOffset at)
    {
        // A slice may be handed to another Service by its label.
        if (sliceOwners.TryGetValue((slice.Namespace, slice.Name), out var owner) && owner != slice.Service)
            RemoveSlice(slice.Namespace, slice.Name, at);
        if (owner is null && sliceOwners.Count >= ResourceKind.ObjectsMax)
        {
            counters.Skip();
            return;
        }

        if (PartsOf(slice.Namespace, slice.Service) is not { } parts)
            return;
        parts.Slices[slice.Name] = slice;
        sliceOwners[(slice.Namespace, slice.Name)] = slice.Service;
        Apply(parts, at);
    }

    public void RemoveSlice(string ns, string name, DateTimeOffset now)
    {
        if (!sliceOwners.Remove((ns, name), out var owner) || !services.TryGetValue((ns, owner), out var parts))
            return;
        parts.Slices.Remove(name);
        Apply(parts, now);
        Drop((ns, owner), parts);
    }

    private Parts? PartsOf(string ns, string name)
    {
        if (services.TryGetValue((ns, name), out var parts))
            return parts;
        if (services.Count < ResourceKind.ObjectsMax)
            return services[(ns, name)] = new Parts();
        counters.Skip();
        return null;
    }

    private void Drop((string, string) key, Parts parts)
    {
        if (parts.Service is null && parts.Slices.Count == 0)
            services.Remove(key);
    }

    /// <summary>Hands to the directory what is different: an endpoint more or less changes nothing for the others.</summary>
    private void Apply(Parts parts, DateTimeOffset at)
    {
        var old = parts.Entry;
        var next = parts.Service is { } service ? Entry(service, parts.Slices.Values) : null;
        var addresses = parts.Service?.Addresses ?? default;
        if (Equals(old, next) && addresses.Equals(parts.Held))
            return;
        foreach (var address in parts.Held.Items)
            directory.Release(address, old!, at);
        foreach (var address in addresses.Items)
            directory.Hold(address, next!, at);

        var (front, isSame) = (next?.Front, Equals(old?.Front, next?.Front));
        var (were, are) = (old?.Endpoints ?? [], next?.Endpoints ?? []);
        if (parts.Front is { } before)
            directory.RemoveEndpoints(isSame ? were.Except(are) : were, before, at);
        // The front that its other claims name stays in use.
        parts.Front = isSame ? parts.Front : front;
        if (parts.Front is { } after)
            directory.AddEndpoints(isSame ? are.Except(were) : are, after, at);
        (parts.Entry, parts.Held) = (next, addresses);
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

    /// <summary>A Service as its object and its slices make it, which come in any order.</summary>
    private sealed class Parts
    {
        public ServiceObject? Service { get; set; }

        public SortedDictionary<string, EndpointSliceObject> Slices { get; } = new(StringComparer.Ordinal);

        /// <summary>What the directory has of it.</summary>
        public ServiceEntry? Entry { get; set; }

        public ServiceEntry? Front { get; set; }

        public ValueArray<AddressKey> Held { get; set; }
    }
}
