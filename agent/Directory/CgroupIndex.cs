using System.Diagnostics.CodeAnalysis;

namespace FlowLake.Agent.Directory;

/// <summary>Which pod a cgroup id belongs to. A pod's processes are in its cgroup or in any below it, one a container.</summary>
/// <remarks>
/// Guarantees: 1. ids once seen, in the file system or as the kernel told of them, stay known after the folder is gone, up to <see cref="IdsMax"/>;
/// 2. an id seen before its pod was known is the pod's as soon as it is; 3. an unknown id costs at most one scan a window. Used by one thread.
/// </remarks>
/// <param name="mount">Where cgroup v2 is mounted.</param>
/// <param name="cgroups">The pods' cgroups as they are now, those of pods that are gone before them.</param>
/// <param name="root">The folder within whose bounds cgroups count; null (the default) for the mount.</param>
public sealed class CgroupIndex(string mount, Func<IEnumerable<PodCgroup>> cgroups, string? root = null)
{
    /// <summary>Most ids kept. Beyond it those whose folder is gone are forgotten.</summary>
    public const int IdsMax = 65_536;

    /// <summary>Most folders one scan looks at. What lies beyond is named by address.</summary>
    public const int FoldersMax = 32_768;

    private const int DepthMax = 16;

    private readonly CgroupFolders folders = new(mount, root ?? mount, FoldersMax, DepthMax);
    private readonly Dictionary<ulong, string> paths = [];
    private readonly Dictionary<ulong, PodEntry> pods = [];
    private PodCgroupTable table = new([]);
    private bool mayScan = true;

    /// <summary>How often the folders were looked through.</summary>
    public long Scans { get; private set; }

    /// <summary>True when the last scan met its bound.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Grows whenever an id gets a pod, or another.</summary>
    public long Version { get; private set; }

    /// <summary>A new window begins: the first unknown id may cause a scan again.</summary>
    public void BeginWindow() => mayScan = true;

    /// <summary>The pod the cgroup belongs to. False for a cgroup of none, or one that came and went unseen.</summary>
    public bool TryFind(ulong id, [MaybeNullWhen(false)] out PodEntry pod)
    {
        if (pods.TryGetValue(id, out pod))
            return true;
        if (!mayScan)
            return false;
        mayScan = false;
        Scan();
        return pods.TryGetValue(id, out pod);
    }

    /// <summary>The kernel has made a cgroup.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="path">Its folder, from the root of the hierarchy.</param>
    public void Learn(ulong id, string path)
    {
        if (!folders.Holds(path))
            return;
        if (paths.Count >= IdsMax)
            Scan();
        paths[id] = path.TrimStart('/');
        Match(id);
    }

    /// <summary>The pods have changed: ids without one may have one now, and what is said of the others may differ.</summary>
    public void Refresh()
    {
        table = new PodCgroupTable(cgroups());
        foreach (var id in paths.Keys)
            Match(id);
    }

    /// <summary>Looks through the folders. Without word from the kernel it is worth doing ahead of the windows: a pod that lives for seconds has its folder only so long.</summary>
    public void Scan()
    {
        Scans++;
        var seen = new HashSet<ulong>();
        foreach (var (id, path) in folders.All())
        {
            seen.Add(id);
            paths[id] = path;
        }

        IsCut = seen.Count >= FoldersMax;
        if (paths.Count > IdsMax)
        {
            foreach (var id in paths.Keys.Where(id => !seen.Contains(id)).ToArray())
            {
                paths.Remove(id);
                pods.Remove(id);
            }
        }

        table = new PodCgroupTable(cgroups());
        foreach (var id in paths.Keys)
            Match(id, isThere: seen.Contains(id));
    }

    /// <summary>The cgroups of pods that are not observed, with the namespace of each.</summary>
    public Dictionary<ulong, string> OutOf(ObservationScope scope) =>
        pods.Where(pair => !scope.Observes(pair.Value)).ToDictionary(pair => pair.Key, pair => pair.Value.Namespace);

    /// <param name="id">The id.</param>
    /// <param name="isThere">Its folder is there. One that is gone stays its pod's, though another pod may have a folder of that name now.</param>
    private void Match(ulong id, bool isThere = false)
    {
        if (table.PodOf(paths[id]) is not { } pod)
            return;
        if (pods.TryGetValue(id, out var known) && (known == pod || (!isThere && (known.Namespace, known.Name) != (pod.Namespace, pod.Name))))
            return;
        pods[id] = pod;
        Version++;
    }
}
