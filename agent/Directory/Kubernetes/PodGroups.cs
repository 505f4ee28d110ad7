namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>What pods have in common: who controls them, who controls that, and what is said of their namespaces. Not safe for several threads.</summary>
internal sealed class PodGroups(WatchCounters counters)
{
    private static readonly bool?[] decisions = [null, true, false];

    private readonly Dictionary<(string Namespace, OwnerName? Owner, bool? Observe), PodGroup> groups = [];
    private readonly Dictionary<string, bool?> namespaces = new(StringComparer.Ordinal);
    private readonly Dictionary<(OwnerName Owner, string Namespace), OwnerName> owners = [];

    /// <summary>The namespaces something is said of.</summary>
    public IEnumerable<string> Namespaces => namespaces.Keys;

    /// <summary>The group of a pod that is new.</summary>
    public PodGroup Enter(ObjectDraft pod)
    {
        if (!groups.TryGetValue((pod.Namespace, pod.Owner, pod.Observe), out var group))
        {
            group = new PodGroup(pod.Namespace, pod.Owner, pod.Observe) { ObserveNamespace = namespaces.GetValueOrDefault(pod.Namespace) };
            groups[group.Key] = group;
            if (pod.Owner is { } owner && owners.TryGetValue((owner, pod.Namespace), out var above))
                group.Above = above;
        }

        group.Pods++;
        return group;
    }

    /// <summary>A pod of the group is gone.</summary>
    public void Leave(PodGroup group)
    {
        if (--group.Pods == 0)
            groups.Remove(group.Key);
    }

    /// <summary>What is known to be controlled of a kind.</summary>
    public IEnumerable<(string Namespace, string Name)> OwnerNames(string kind) => owners.Keys.Where(key => key.Owner.Kind == kind).Select(key => (key.Namespace, key.Owner.Name));

    /// <summary>A ReplicaSet or a Job, and what controls it.</summary>
    /// <returns>Whether pods that are there have another workload by it.</returns>
    public bool SetOwner(OwnerName owner, string ns, OwnerName? controller)
    {
        // By name and not by uid: a set that was deleted and made anew under its name has the same Deployment.
        if (controller is not { } above)
            return false;
        var isKnown = owners.TryGetValue((owner, ns), out var known);
        if (isKnown && known == above)
            return false;
        if (!isKnown && owners.Count >= ResourceKind.ObjectsMax)
        {
            counters.Skip();
            return false;
        }

        owners[(owner, ns)] = above;
        var isNews = false;
        foreach (var observe in decisions)
        {
            if (!groups.TryGetValue((ns, owner, observe), out var group) || group.Above == above)
                continue;
            group.Above = above;
            isNews = true;
        }

        return isNews;
    }

    public void RemoveOwner(OwnerName owner, string ns) => owners.Remove((owner, ns));

    /// <summary>What its annotation decides of a namespace; null where it decides nothing.</summary>
    /// <returns>Whether that is news.</returns>
    public bool SetNamespace(string name, bool? observe)
    {
        var known = namespaces.GetValueOrDefault(name);
        if (known == observe)
            return false;
        if (known is null && namespaces.Count >= ResourceKind.ObjectsMax)
        {
            counters.Skip();
            return false;
        }

        if (observe is null)
            namespaces.Remove(name);
        else
            namespaces[name] = observe;
        foreach (var group in groups.Values.Where(group => group.Namespace == name))
            group.ObserveNamespace = observe;
        return true;
    }
}
