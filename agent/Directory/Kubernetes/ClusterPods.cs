namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>The cluster's pods, applied to a directory as they change. Not safe for several threads.</summary>
internal sealed class ClusterPods(PodDirectory directory, ClusterNodes nodes, WatchCounters counters)
{
    private readonly PodSet pods = new();
    private readonly Dictionary<(string Namespace, OwnerName? Owner, bool? Observe), PodGroup> groups = [];
    private readonly Dictionary<string, bool?> namespaces = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Kind, string Namespace, string Name), OwnerName> owners = [];
    private readonly Dictionary<PodClaim, string> locals = [];

    /// <summary>Pods that are there.</summary>
    public int Count => pods.Count;

    /// <summary>Grows with each change of a pod of this node, or of what a workload is called.</summary>
    public long LocalVersion { get; private set; }

    /// <param name="pod">The pod as it is now.</param>
    /// <param name="at">When it was so seen; of use where it does not say itself when it started.</param>
    /// <param name="now">The time now, at which what it no longer is ends.</param>
    public void Set(PodObject pod, DateTimeOffset at, DateTimeOffset now)
    {
        var known = pods.Find(pod.Namespace, pod.Name);
        if (pod.Node.Length == 0 || pod.HasEnded || pod.Name.Length > PodClaim.NameMax)
        {
            End(known, now);
            return;
        }

        ReadOnlySpan<AddressKey> addresses = pod.HostNetwork ? [] : pod.Addresses.Items.AsSpan();
        if (known is not null && known.Node == pod.Node && known.Group.Key == (pod.Namespace, pod.Owner, pod.Observe) && directory.Holds(known.Claims, addresses))
        {
            if (known.IsAgent)
                directory.SetAgentPod(pod.Namespace, pod.Name, pod.Node, pod.IsReady, at);
            return;
        }

        End(known, now);
        if (pods.Count >= ResourceKind.ObjectsMax)
        {
            counters.Skip();
            return;
        }

        Begin(pod, addresses, Began(pod, at), at, now);
    }

    public void Remove(string ns, string name, DateTimeOffset now) => End(pods.Find(ns, name), now);

    /// <summary>From now on there are exactly these.</summary>
    public void Replace(IReadOnlyList<PodObject> listed, DateTimeOffset at, DateTimeOffset now)
    {
        var names = listed.Select(pod => (pod.Namespace, pod.Name)).ToHashSet();
        foreach (var gone in pods.All.Where(pod => !names.Contains((pod.Group.Namespace, pod.Name))).ToArray())
            End(gone, now);
        foreach (var pod in listed)
            Set(pod, at, now);
    }

    /// <summary>A ReplicaSet or a Job, and what controls it.</summary>
    public void SetOwner(string kind, OwnedObject one, DateTimeOffset now)
    {
        // By name and not by uid: a set that was deleted and made anew under its name has the same Deployment.
        if (one.Owner is not { } above)
            return;
        if (!owners.ContainsKey((kind, one.Namespace, one.Name)) && owners.Count >= ResourceKind.ObjectsMax)
        {
            counters.Skip();
            return;
        }

        owners[(kind, one.Namespace, one.Name)] = above;
        var isNews = false;
        foreach (var observe in new bool?[] { null, true, false })
        {
            if (!groups.TryGetValue((one.Namespace, new OwnerName(kind, one.Name), observe), out var group) || group.Above == above)
                continue;
            group.Above = above;
            isNews = true;
        }

        if (isNews)
            Publish(now);
    }

    public void RemoveOwner(string kind, string ns, string name) => owners.Remove((kind, ns, name));

    /// <summary>From now on there are exactly these of the kind.</summary>
    public void ReplaceOwners(string kind, IReadOnlyList<OwnedObject> listed, DateTimeOffset now)
    {
        var names = listed.Select(one => (kind, one.Namespace, one.Name)).ToHashSet();
        foreach (var gone in owners.Keys.Where(key => key.Kind == kind && !names.Contains(key)).ToArray())
            owners.Remove(gone);
        foreach (var one in listed)
            SetOwner(kind, one, now);
    }

    /// <summary>What its annotation decides of a namespace; null where it decides nothing.</summary>
    public void SetNamespace(string name, bool? observe, DateTimeOffset now)
    {
        if (namespaces.GetValueOrDefault(name) == observe)
            return;
        if (observe is null)
            namespaces.Remove(name);
        else
            namespaces[name] = observe;
        foreach (var group in groups.Values.Where(group => group.Namespace == name))
            group.ObserveNamespace = observe;
        Publish(now);
    }

    /// <summary>From now on there are exactly these namespaces.</summary>
    public void ReplaceNamespaces(IReadOnlyList<NamespaceObject> listed, DateTimeOffset now)
    {
        foreach (var gone in namespaces.Keys.Except(listed.Select(one => one.Name)).ToArray())
            SetNamespace(gone, null, now);
        foreach (var one in listed)
            SetNamespace(one.Name, one.Observe, now);
    }

    /// <summary>An address is a pod's from when the kubelet took the pod on, which is earlier than anybody heard of it, and later than who had the address before.</summary>
    private static DateTimeOffset Began(PodObject pod, DateTimeOffset at)
    {
        var began = pod.Started > pod.Created ? pod.Started : pod.Created;
        return began == default ? at : began;
    }

    private void Begin(PodObject pod, ReadOnlySpan<AddressKey> addresses, DateTimeOffset from, DateTimeOffset at, DateTimeOffset now)
    {
        var group = GroupOf(pod);
        group.Pods++;
        var claim = PodClaim.Of(pod, group);
        foreach (var address in addresses)
            claim.Claims = directory.Hold(address, claim, from, claim.Claims);
        pods.Add(claim);
        nodes.Imply(pod.Node, pod.Zone);
        if (pod.IsAgent)
            directory.SetAgentPod(pod.Namespace, pod.Name, pod.Node, pod.IsReady, at);
        if (pod.Node != directory.LocalNodeName)
            return;
        locals[claim] = pod.CgroupUid;
        Publish(now);
    }

    private void End(PodClaim? pod, DateTimeOffset now)
    {
        if (pod is null)
            return;
        directory.ReleaseAll(pod.Claims, now);
        pod.Claims = ClaimTable.None;
        pods.Remove(pod);
        if (--pod.Group.Pods == 0)
            groups.Remove(pod.Group.Key);
        if (pod.IsAgent)
            directory.RemoveAgentPod(pod.Group.Namespace, pod.Name, now);
        if (locals.Remove(pod))
            Publish(now);
    }

    /// <summary>The cgroups of this node's pods, at each change: a pod that ends before anybody looked was among them.</summary>
    private void Publish(DateTimeOffset now)
    {
        LocalVersion++;
        directory.SetLocalCgroups([.. locals.Select(local => new PodCgroup(local.Key.Entry, null, local.Value))], now);
    }

    private PodGroup GroupOf(PodObject pod)
    {
        if (groups.TryGetValue((pod.Namespace, pod.Owner, pod.Observe), out var group))
            return group;
        group = new PodGroup(pod.Namespace, pod.Owner, pod.Observe) { ObserveNamespace = namespaces.GetValueOrDefault(pod.Namespace) };
        groups[group.Key] = group;
        if (pod.Owner is { } owner && owners.TryGetValue((owner.Kind, pod.Namespace, owner.Name), out var above))
            group.Above = above;
        return group;
    }
}
