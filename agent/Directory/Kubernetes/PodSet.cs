namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>The pods by namespace and name, without a key of their own beside them.</summary>
internal sealed class PodSet
{
    private readonly HashSet<PodClaim> pods = new(ByName.Instance);

    public int Count => pods.Count;

    public IEnumerable<PodClaim> All => pods;

    public PodClaim? Find(string ns, string name) => pods.GetAlternateLookup<(string, string)>().TryGetValue((ns, name), out var pod) ? pod : null;

    public void Add(PodClaim pod) => pods.Add(pod);

    public void Remove(PodClaim pod) => pods.Remove(pod);

    private sealed class ByName : IEqualityComparer<PodClaim>, IAlternateEqualityComparer<(string Namespace, string Name), PodClaim>
    {
        public static readonly ByName Instance = new();

        public bool Equals(PodClaim? x, PodClaim? y) => ReferenceEquals(x, y);

        public int GetHashCode(PodClaim obj)
        {
            Span<char> name = stackalloc char[PodClaim.NameMax];
            return HashCode.Combine(obj.Group.Namespace, string.GetHashCode(name[..obj.CopyName(name)]));
        }

        public bool Equals((string Namespace, string Name) alternate, PodClaim other) => other.Is(alternate.Namespace, alternate.Name);

        public int GetHashCode((string Namespace, string Name) alternate) => HashCode.Combine(alternate.Namespace, string.GetHashCode(alternate.Name.AsSpan()));

        public PodClaim Create((string Namespace, string Name) alternate) => throw new NotSupportedException("a pod is more than its name");
    }
}
