using System.Collections.Immutable;

namespace FlowLake.Agent.Directory;

/// <summary>
/// Who held an address at a time. Fed with one <see cref="DirectoryState"/> after another by whatever knows the cluster; asked by the windows.
/// </summary>
/// <remarks>
/// Guarantees: 1. an address handed on is named by time; 2. who is gone stays resolvable for the time he lived, as long as <see cref="Kept"/>.
/// Safe for one feed and any number of askers at once.
/// </remarks>
/// <param name="localNode">The node of this agent, which link-local and loopback addresses belong to.</param>
public sealed class PodDirectory(string localNode)
{
    /// <summary>How long who is gone stays resolvable: longer than any window, with the time an agent may have been dead in it.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(2);

    private readonly Lock gate = new();
    private readonly AsOfMap<AddressKey, AddressHolder> holders = new();
    private readonly AsOfMap<AddressKey, EndpointServices> services = new();
    private readonly NodeEntry unnamedLocalNode = new(localNode, null, null);
    private readonly Queue<(PodCgroup Cgroup, DateTimeOffset At)> goneCgroups = [];
    private RangeTable<NodeEntry> podRanges = new();
    private DateTimeOffset appliedAt = DateTimeOffset.MinValue;
    private DirectoryState? state;

    /// <summary>Name of this agent's node.</summary>
    public string LocalNodeName => localNode;

    /// <summary>The newest state applied, or null before the first.</summary>
    public DirectoryState? State => Volatile.Read(ref state);

    /// <summary>This agent's node, its zone unknown while no state names it.</summary>
    public NodeEntry LocalNode => Node(localNode) ?? unnamedLocalNode;

    /// <summary>Most cgroups kept of pods that are gone. Beyond it the first that went are forgotten.</summary>
    public const int GoneCgroupsMax = 16_384;

    /// <summary>The cgroups of this node's pods, those of pods that are gone first: a pod may end before anybody saw its cgroup.</summary>
    public IEnumerable<PodCgroup> LocalCgroups
    {
        get
        {
            lock (gate)
                return [.. goneCgroups.Select(gone => gone.Cgroup), .. LocalCgroupsOf(state)];
        }
    }

    /// <summary>
    /// From <paramref name="at"/> on the cluster is as the state says. The first state holds for all time before as well: who was there when the agent
    /// started was there earlier too, as far as anybody here knows.
    /// </summary>
    public void Apply(DirectoryState next, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(next);
        lock (gate)
        {
            var from = state is null ? DateTimeOffset.MinValue : at > appliedAt ? at : appliedAt;
            KeepGoneCgroups(next, from);
            holders.Replace(next.Holders, from);
            services.Replace(next.Services, from);
            if (from - DateTimeOffset.MinValue > Kept)
            {
                holders.Forget(from - Kept);
                services.Forget(from - Kept);
            }

            podRanges = new RangeTable<NodeEntry>();
            foreach (var (range, node) in next.PodRanges)
                podRanges.Set(range, node);
            appliedAt = from;
            Volatile.Write(ref state, next);
        }
    }

    private void KeepGoneCgroups(DirectoryState next, DateTimeOffset at)
    {
        var still = LocalCgroupsOf(next).Select(cgroup => (cgroup.Path, cgroup.Uid)).ToHashSet();
        foreach (var gone in LocalCgroupsOf(state).Where(cgroup => !still.Contains((cgroup.Path, cgroup.Uid))))
            goneCgroups.Enqueue((gone, at));
        while (goneCgroups.TryPeek(out var first) && (goneCgroups.Count > GoneCgroupsMax || at - first.At > Kept))
            goneCgroups.Dequeue();
    }

    private IEnumerable<PodCgroup> LocalCgroupsOf(DirectoryState? of) => of?.Cgroups.Where(cgroup => cgroup.Pod.Node == localNode) ?? [];

    /// <summary>
    /// Who held the address in the window, <paramref name="from"/> included and <paramref name="to"/> excluded; the last of several. An address that nobody
    /// held is its node's when it is link-local or in a node's range of pod addresses. Null: nothing is known of it.
    /// </summary>
    public AddressHolder? HolderOf(AddressKey address, DateTimeOffset from, DateTimeOffset to)
    {
        lock (gate)
        {
            if (holders.TryFind(address, from, to, out var holder))
                return holder;
            if (AddressScope.IsOfTheNode(address))
                return LocalNode;
            return podRanges.TryFind(address, out var node) ? node : null;
        }
    }

    /// <summary>The Services whose endpoint the address was in the window.</summary>
    public ImmutableArray<ServiceEntry> ServicesOf(AddressKey endpoint, DateTimeOffset from, DateTimeOffset to)
    {
        lock (gate)
            return services.TryFind(endpoint, from, to, out var found) ? found.Services : [];
    }

    /// <summary>The node of that name, or null.</summary>
    public NodeEntry? Node(string name) => State?.Nodes.GetValueOrDefault(name);
}
