namespace FlowLake.Agent.Directory;

/// <summary>
/// Who held an address at a time. Fed by whatever knows the cluster, a change at a time or whole <see cref="DirectoryState"/>s; asked by the windows.
/// </summary>
/// <remarks>
/// Guarantees: 1. an address handed on is named by time; 2. who is gone stays resolvable for the time he lived, as long as <see cref="Kept"/>.
/// Safe for one feed and any number of askers at once.
/// </remarks>
/// <param name="localNode">The node of this agent, which link-local and loopback addresses belong to.</param>
public sealed partial class PodDirectory(string localNode)
{
    /// <summary>How long who is gone stays resolvable: longer than any window, with the time an agent may have been dead in it.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(2);

    /// <summary>Most cgroups kept of pods that are gone. Beyond it the first that went are forgotten.</summary>
    public const int GoneCgroupsMax = 16_384;

    private readonly Lock gate = new();
    private readonly ClaimTable holders = new();
    private readonly ClaimTable endpoints = new();
    private readonly Dictionary<string, NodeEntry> nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> departed = new(StringComparer.Ordinal);
    private readonly RangeTable<NodeEntry> podRanges = new();
    private readonly AgentNodes agents = new();
    private readonly Queue<(PodCgroup Cgroup, DateTimeOffset At)> goneCgroups = [];
    private IReadOnlyList<PodCgroup> localCgroups = [];
    private readonly NodeEntry unnamedLocalNode = new(localNode, null, null);
    private RangeTable<NetworkEntry> networks = new();

    /// <summary>Name of this agent's node.</summary>
    public string LocalNodeName => localNode;

    /// <summary>Name of the cluster, where the feed knows it.</summary>
    public string? Cluster { get; internal set; }

    /// <summary>Cloud region, where the feed knows it.</summary>
    public string? Region { get; internal set; }

    /// <summary>This agent's node, its zone unknown while nobody names it.</summary>
    public NodeEntry LocalNode => Node(localNode) ?? unnamedLocalNode;

    /// <summary>The cgroups of this node's pods, those of pods that are gone first: a pod may end before anybody saw its cgroup.</summary>
    public IReadOnlyList<PodCgroup> LocalCgroups
    {
        get
        {
            lock (gate)
                return [.. goneCgroups.Select(gone => gone.Cgroup), .. localCgroups];
        }
    }

    /// <summary>Names of the nodes that are there.</summary>
    public IReadOnlyList<string> NodeNames
    {
        get
        {
            lock (gate)
                return [.. nodes.Keys.Where(name => !departed.ContainsKey(name)).Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>How often an address was held, now or within <see cref="Kept"/>.</summary>
    public int Claims
    {
        get
        {
            lock (gate)
                return holders.Count + endpoints.Count;
        }
    }

    /// <summary>Claims on addresses there was no room for.</summary>
    public long ClaimsRefused
    {
        get
        {
            lock (gate)
                return holders.Refused + endpoints.Refused;
        }
    }

    /// <summary>The node of that name, or null. One that left is known for <see cref="Kept"/>.</summary>
    public NodeEntry? Node(string name)
    {
        lock (gate)
            return nodes.GetValueOrDefault(name);
    }

    /// <summary>
    /// Who held the address in the window, <paramref name="from"/> included and <paramref name="to"/> excluded; the last of several. An address that nobody
    /// held is its node's when it is link-local or in a node's range of pod addresses, else the network's it is in. Null: nothing is known of it.
    /// </summary>
    public AddressHolder? HolderOf(AddressKey address, DateTimeOffset from, DateTimeOffset to)
    {
        lock (gate)
        {
            if (holders.Find(address, from, to) is { } holder)
                return holder is IPodClaim pod ? pod.Entry : holder;
            if (AddressScope.IsOfTheNode(address))
                return LocalNode;
            if (podRanges.TryFind(address, out var node))
                return node;
            return networks.TryFind(address, out var network) ? network : null;
        }
    }

    /// <summary>
    /// The Services whose endpoint the address was in the window, without their endpoints: those with an address of their own first, then by namespace and name.
    /// </summary>
    public IReadOnlyList<ServiceEntry> ServicesOf(AddressKey endpoint, DateTimeOffset from, DateTimeOffset to)
    {
        lock (gate)
        {
            // Of one whose ports changed within the window the newest.
            return [.. endpoints.FindAll(endpoint, from, to).Cast<ServiceEntry>().DistinctBy(service => (service.Namespace, service.Name))
                .OrderBy(service => service.IsHeadless).ThenBy(service => service.Namespace, StringComparer.Ordinal).ThenBy(service => service.Name, StringComparer.Ordinal)];
        }
    }

    /// <summary>Whether what arrived at the node in the window was counted by an agent, and has come or will come into the lake.</summary>
    public bool RunsAgent(string node, DateTimeOffset from, DateTimeOffset to)
    {
        lock (gate)
        {
            if (!nodes.ContainsKey(node) || withoutAgent.Contains(node))
                return false;
            return node == localNode || agents.IsEmpty || agents.Counted(node, from, to);
        }
    }

    /// <summary>Sets the networks outside of the cluster.</summary>
    internal void SetNetworks(IEnumerable<KeyValuePair<AddressRange, NetworkEntry>> known)
    {
        var table = new RangeTable<NetworkEntry>();
        foreach (var (range, network) in known)
            table.Set(range, network);
        lock (gate)
            networks = table;
    }
}
