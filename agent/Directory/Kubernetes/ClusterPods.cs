namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>The cluster's pods, applied to a directory as they change. Not safe for several threads.</summary>
internal sealed class ClusterPods(PodDirectory directory, ClusterNodes nodes, WatchCounters counters)
{
    private readonly PodSet pods = new();
    private readonly PodGroups groups = new(counters);
    private readonly Dictionary<PodClaim, string> locals = [];

    /// <summary>What they have in common.</summary>
    public PodGroups Groups => groups;

    /// <summary>Grows with each change of a pod of this node, or of what a workload is called.</summary>
    public long LocalVersion { get; private set; }

    /// <param name="pod">The pod as it is now.</param>
    /// <param name="at">When it was so seen; of use where it does not say itself when it started.</param>
    /// <param name="now">The time now, at which what it no longer is ends.</param>
    public void Set(ObjectDraft pod, DateTimeOffset at, DateTimeOffset now)
    {
        var known = pods.Find(pod.Namespace, pod.Name.Text);
        if (pod.Node.Length == 0 || pod.HasEnded)
        {
            End(known, now);
            return;
        }

        ReadOnlySpan<AddressKey> addresses = pod.HostNetwork ? [] : pod.Addresses;
        if (known is not null && IsAsKnown(known, pod, addresses))
        {
            known.IsListed = true;
            if (known.IsAgent)
                SetAgent(pod, at);
            return;
        }

        End(known, now);
        if (pods.Count >= ResourceKind.ObjectsMax || pod.Name.Text.Length > PodClaim.NameMax)
        {
            counters.Skip();
            return;
        }

        Begin(pod, addresses, Began(pod, at), at, now);
    }

    public void Remove(string ns, ReadOnlySpan<char> name, DateTimeOffset now) => End(pods.Find(ns, name), now);

    /// <summary>Pods that are set from here to <see cref="EndList"/> are all there are. One that broke off is begun anew.</summary>
    public void BeginList()
    {
        foreach (var pod in pods.All)
            pod.IsListed = false;
    }

    /// <summary>What was not set since <see cref="BeginList"/> is gone.</summary>
    public void EndList(DateTimeOffset now)
    {
        foreach (var gone in pods.All.Where(pod => !pod.IsListed).ToArray())
            End(gone, now);
    }

    /// <summary>A ReplicaSet or a Job, and what controls it.</summary>
    public void SetOwner(OwnerName owner, string ns, OwnerName? above, DateTimeOffset now)
    {
        if (groups.SetOwner(owner, ns, above))
            Publish(now);
    }

    /// <summary>What its annotation decides of a namespace; null where it decides nothing.</summary>
    public void SetNamespace(string name, bool? observe, DateTimeOffset now)
    {
        if (groups.SetNamespace(name, observe))
            Publish(now);
    }

    /// <summary>An address is a pod's from when the kubelet took the pod on, which is earlier than anybody heard of it, and later than who had the address before.</summary>
    private static DateTimeOffset Began(ObjectDraft pod, DateTimeOffset at)
    {
        var began = pod.Started > pod.Created ? pod.Started : pod.Created;
        return began == default ? at : began;
    }

    // Where a list follows a gap, another pod may have the name: on this node its cgroup is another.
    private bool IsAsKnown(PodClaim known, ObjectDraft pod, ReadOnlySpan<AddressKey> addresses) =>
        known.Node == pod.Node && known.IsAgent == pod.IsAgent && known.Group.Key == (pod.Namespace, pod.Owner, pod.Observe) && directory.Holds(known, addresses)
        && (!locals.TryGetValue(known, out var cgroupUid) || pod.HasCgroupUid(cgroupUid));

    private void Begin(ObjectDraft pod, ReadOnlySpan<AddressKey> addresses, DateTimeOffset from, DateTimeOffset at, DateTimeOffset now)
    {
        var claim = new PodClaim(groups.Enter(pod), pod.Name.Text, nodes.Imply(pod.Node, pod.Zone)) { IsAgent = pod.IsAgent, IsListed = true };
        foreach (var address in addresses)
            directory.Hold(address, claim, from);
        pods.Add(claim);
        if (pod.IsAgent)
            SetAgent(pod, at);
        if (pod.Node != directory.LocalNodeName)
            return;
        locals[claim] = pod.CgroupUid;
        Publish(now);
    }

    private void SetAgent(ObjectDraft pod, DateTimeOffset at) => directory.SetAgentPod(pod.Namespace, pod.Names.Text(pod.Name.Text), pod.Node, pod.IsReady, at);

    private void End(PodClaim? pod, DateTimeOffset now)
    {
        if (pod is null)
            return;
        directory.ReleaseAll(pod, now);
        pods.Remove(pod);
        groups.Leave(pod.Group);
        if (pod.IsAgent)
            directory.RemoveAgentPod(pod.Group.Namespace, pod.Entry.Name, now);
        if (locals.Remove(pod))
            Publish(now);
    }

    /// <summary>The cgroups of this node's pods, at each change: a pod that ends before anybody looked was among them.</summary>
    private void Publish(DateTimeOffset now)
    {
        LocalVersion++;
        directory.SetLocalCgroups([.. locals.Select(local => new PodCgroup(local.Key.Entry, null, local.Value))], now);
    }
}
