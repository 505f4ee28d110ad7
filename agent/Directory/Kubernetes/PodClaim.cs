namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>A pod as it is kept: what is common to the pods of its owner lies in the group, and of a name that begins with the owner's only the rest.</summary>
/// <param name="Group">The owner's pods.</param>
/// <param name="NamePart">Its name, or what follows the owner's in it.</param>
/// <param name="HasOwnersName">Whether the owner's name goes before that part.</param>
/// <param name="Node">Where it runs.</param>
internal sealed record PodClaim(PodGroup Group, string NamePart, bool HasOwnersName, string Node) : AddressHolder, IPodClaim
{
    /// <summary>Longest name of a pod, by the API.</summary>
    public const int NameMax = 253;

    /// <summary>Its claims on addresses.</summary>
    public int Claims { get; set; } = ClaimTable.None;

    /// <summary>True for a pod of FlowLake's agent.</summary>
    public bool IsAgent { get; init; }

    public string Name => HasOwnersName ? Group.Owner!.Value.Name + NamePart : NamePart;

    public PodEntry Entry => new(Group.Namespace, Name, Node, Group.Workload?.Kind, Group.Workload?.Name) { Observe = Group.Observe };

    internal override int Rank => 3;

    public static PodClaim Of(PodObject pod, PodGroup group) =>
        group.Owner is { } owner && pod.Name.StartsWith(owner.Name, StringComparison.Ordinal)
            ? new PodClaim(group, pod.Name[owner.Name.Length..], true, pod.Node) { IsAgent = pod.IsAgent }
            : new PodClaim(group, pod.Name, false, pod.Node) { IsAgent = pod.IsAgent };

    // One that ended and one of the same name are two holders.
    public bool Equals(PodClaim? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    /// <summary>Whether it is this pod, without putting its name together.</summary>
    public bool Is(string ns, ReadOnlySpan<char> name)
    {
        var owner = HasOwnersName ? Group.Owner!.Value.Name : "";
        return ns == Group.Namespace && name.Length == owner.Length + NamePart.Length && name.StartsWith(owner) && name[owner.Length..].SequenceEqual(NamePart);
    }

    /// <summary>Writes the name.</summary>
    public int CopyName(Span<char> target)
    {
        var owner = HasOwnersName ? Group.Owner!.Value.Name : "";
        owner.CopyTo(target);
        NamePart.CopyTo(target[owner.Length..]);
        return owner.Length + NamePart.Length;
    }
}
