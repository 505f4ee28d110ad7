namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>A pod as it is kept: what is common to the pods of its owner lies in the group, and of a name that begins with the owner's only the rest.</summary>
/// <remarks>64 bytes, all in all: it is a link of <see cref="PodSet"/> itself, and what follows the owner's name is a number in it.</remarks>
/// <param name="Group">The owner's pods.</param>
/// <param name="Node">Where it runs.</param>
internal sealed record PodClaim(PodGroup Group, string Node) : AddressHolder, IPodClaim
{
    /// <summary>Longest name of a pod, by the API.</summary>
    public const int NameMax = 253;

    private readonly ShortText rest;
    private readonly bool hasOwnersName;
    private PodClaim? next;

    /// <param name="group">The owner's pods.</param>
    /// <param name="name">Its name, at most <see cref="NameMax"/> characters.</param>
    /// <param name="node">Where it runs.</param>
    public PodClaim(PodGroup group, ReadOnlySpan<char> name, string node)
        : this(group, node)
    {
        hasOwnersName = group.Owner is { } owner && name.StartsWith(owner.Name);
        rest = new ShortText(hasOwnersName ? name[OwnersName.Length..] : name);
    }

    public int Claims { get; set; } = ClaimTable.None;

    /// <summary>True for a pod of FlowLake's agent.</summary>
    public bool IsAgent { get; init; }

    /// <summary>Whether the list that is being read has had it so far.</summary>
    public bool IsListed { get; set; }

    /// <summary>The next pod in its bucket of the <see cref="PodSet"/>.</summary>
    public ref PodClaim? Next => ref next;

    public PodEntry Entry
    {
        get
        {
            Span<char> name = stackalloc char[NameMax];
            return new(Group.Namespace, name[..CopyName(name)].ToString(), Node, Group.Workload?.Kind, Group.Workload?.Name) { Observe = Group.Observe };
        }
    }

    internal override int Rank => 3;

    private string OwnersName => hasOwnersName ? Group.Owner!.Value.Name : "";

    // One that ended and one of the same name are two holders.
    public bool Equals(PodClaim? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    /// <summary>Whether it is this pod, without putting its name together.</summary>
    public bool Is(string ns, ReadOnlySpan<char> name) => ns == Group.Namespace && name.StartsWith(OwnersName) && rest.Is(name[OwnersName.Length..]);

    /// <summary>Writes the name.</summary>
    /// <returns>Its length.</returns>
    public int CopyName(Span<char> target)
    {
        OwnersName.CopyTo(target);
        rest.CopyTo(target[OwnersName.Length..]);
        return OwnersName.Length + rest.Length;
    }
}
