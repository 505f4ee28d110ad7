using System.Runtime.CompilerServices;

namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>What the pods of one owner have in common, kept once for all of them.</summary>
/// <param name="ns">Their namespace.</param>
/// <param name="owner">What controls them; null for a pod by itself.</param>
/// <param name="observe">What the annotation on the pods themselves decides.</param>
internal sealed class PodGroup(string ns, OwnerName? owner, bool? observe)
{
    // A window asks for it while a watch sets it: one reference is there or not, where kind and name would be written one after the other.
    private StrongBox<OwnerName>? above;

    /// <summary>What sets the group apart.</summary>
    public (string Namespace, OwnerName? Owner, bool? Observe) Key => (ns, owner, observe);

    /// <summary>What the annotation on their namespace decides, where there is none on the pods themselves.</summary>
    public bool? ObserveNamespace { get; set; }

    public bool? Observe => observe ?? ObserveNamespace;

    public string Namespace => ns;

    public OwnerName? Owner => owner;

    /// <summary>What controls the owner: the Deployment over a ReplicaSet. Stays when the owner is deleted, since its pods may be asked for later.</summary>
    public OwnerName? Above
    {
        get => above?.Value;
        set => above = value is { } name ? new StrongBox<OwnerName>(name) : null;
    }

    /// <summary>How many pods there are of it.</summary>
    public int Pods { get; set; }

    /// <summary>The Deployment over a ReplicaSet, the CronJob over a Job, else the owner itself. A static pod's owner is its node, which is no workload.</summary>
    public OwnerName? Workload => owner is { Kind: "Node" } ? null : Above ?? owner;
}
