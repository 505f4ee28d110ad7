using FlowLake.Agent.Bpf.Interop;

namespace FlowLake.Agent.Bpf;

/// <summary>
/// The cgroups the kernel does not observe, and what it counted of them by namespace. It has:
/// 1. a number for each namespace ever excluded, named before a cgroup has it and kept while the pins live;
/// 2. number 0 for namespaces beyond <see cref="NamespacesMax"/>, whose sums are kept without a name.
/// </summary>
internal sealed class ExcludedCgroups : IDisposable
{
    /// <summary>Numbers there are, 0 included. Mirrors <c>FLOW_NAMESPACE_CAPACITY</c> in bpf/flow.h.</summary>
    internal const int NamespacesMax = 1024;

    private readonly BpfMap<ulong, uint> cgroups;
    private readonly BpfMap<uint, PinnedNamespace> namespaces;
    private readonly Action<bool> announce;
    private readonly Dictionary<string, uint> numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, uint> excluded = [];

    /// <param name="cgroups">The number of each cgroup's namespace.</param>
    /// <param name="namespaces">What was counted, by number.</param>
    /// <param name="announce">Tells the kernel whether it has to look for a cgroup at all: before the first is excluded, and after the last no longer is.</param>
    internal ExcludedCgroups(BpfMap<ulong, uint> cgroups, BpfMap<uint, PinnedNamespace> namespaces, Action<bool> announce)
    {
        this.cgroups = cgroups;
        this.namespaces = namespaces;
        this.announce = announce;
        cgroups.Read(excluded.Add);
        for (uint number = 1; number < NamespacesMax && namespaces.Find(number) is { } value && value.ReadName() is { Length: > 0 } name; number++)
            numbers[name] = number;
    }

    /// <summary>What was counted until now.</summary>
    internal IReadOnlyList<ExcludedTraffic> Read() =>
    [
        .. numbers.Select(pair => Read(pair.Key, pair.Value)).Append(Read(null, 0)).Where(traffic => traffic.Connections + traffic.Packets + traffic.Bytes > 0),
    ];

    /// <summary>From now on exactly these are not observed.</summary>
    /// <param name="wanted">The namespace of each cgroup.</param>
    /// <param name="countSoFar">Called before anything changes, when something does: what moved until then belongs to the decision until then.</param>
    /// <returns>How many found no room: they are observed.</returns>
    internal int Set(IReadOnlyDictionary<ulong, string> wanted, Action countSoFar)
    {
        var next = wanted.ToDictionary(pair => pair.Key, pair => NumberOf(pair.Value));
        var added = next.Where(pair => !excluded.TryGetValue(pair.Key, out var number) || number != pair.Value).ToArray();
        var gone = excluded.Keys.Where(cgroup => !next.ContainsKey(cgroup)).ToArray();
        if (added.Length + gone.Length == 0)
            return 0;
        countSoFar();
        if (added.Length > 0)
            announce(true);
        foreach (var cgroup in gone)
        {
            cgroups.Remove(cgroup);
            excluded.Remove(cgroup);
        }

        var left = 0;
        foreach (var (cgroup, number) in added)
        {
            if (cgroups.TrySet(cgroup, number))
                excluded[cgroup] = number;
            else
                left++;
        }

        if (excluded.Count == 0)
            announce(false);
        return left;
    }

    public void Dispose()
    {
        cgroups.Dispose();
        namespaces.Dispose();
    }

    private ExcludedTraffic Read(string? name, uint number)
    {
        var counted = namespaces.Find(number)!.Value;
        return new ExcludedTraffic(name, counted.Connections, counted.Packets, counted.Bytes);
    }

    private uint NumberOf(string name)
    {
        if (numbers.TryGetValue(name, out var number))
            return number;
        if (numbers.Count == NamespacesMax - 1)
            return 0;
        number = (uint)numbers.Count + 1;
        namespaces.Set(number, PinnedNamespace.Named(name));
        return numbers[name] = number;
    }
}
