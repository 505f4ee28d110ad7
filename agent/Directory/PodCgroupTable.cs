namespace FlowLake.Agent.Directory;

/// <summary>Which pod a cgroup folder belongs to: the one whose folder it is, or in whose folder it lies; of one in another the inner. No I/O.</summary>
internal sealed class PodCgroupTable
{
    private readonly Dictionary<string, PodEntry> byPath = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PodEntry> byUid = new(StringComparer.Ordinal);

    /// <param name="cgroups">The pods' cgroups; of two with one name the later has it.</param>
    public PodCgroupTable(IEnumerable<PodCgroup> cgroups)
    {
        foreach (var cgroup in cgroups)
        {
            if (cgroup.Path?.Trim('/') is { } path)
                byPath[path] = cgroup.Pod;
            if (cgroup.Uid is { } uid)
                byUid[uid] = cgroup.Pod;
        }
    }

    /// <param name="path">The folder, without a slash at its start. Where a node itself is in a container (kind), its pods' folders lie below that container's.</param>
    public PodEntry? PodOf(string path)
    {
        for (var folder = path; folder.Length > 0;)
        {
            if (byPath.TryGetValue(folder, out var pod))
                return pod;
            var parting = folder.LastIndexOf('/');
            if (PodCgroupName.UidOf(folder.AsSpan(parting + 1)) is { } uid && byUid.TryGetValue(uid, out pod))
                return pod;
            folder = parting < 0 ? "" : folder[..parting];
        }

        return null;
    }
}
