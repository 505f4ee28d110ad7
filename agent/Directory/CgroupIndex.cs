using System.Diagnostics.CodeAnalysis;
using FlowLake.Agent.Bpf;

namespace FlowLake.Agent.Directory;

/// <summary>Which pod a cgroup id belongs to. A pod's processes are in its cgroup or in any below it, one a container.</summary>
/// <remarks>
/// Guarantees: 1. ids once seen stay known after the folder is gone, up to <see cref="IdsMax"/>; 2. an unknown id costs at most one scan of the pods'
/// folders a window. Used by one thread.
/// </remarks>
/// <param name="mount">Where cgroup v2 is mounted.</param>
/// <param name="cgroups">The pods' cgroups as they are now.</param>
public sealed class CgroupIndex(string mount, Func<IEnumerable<PodCgroup>> cgroups)
{
    /// <summary>Most ids kept. Beyond it those whose folder is gone are forgotten.</summary>
    public const int IdsMax = 65_536;

    /// <summary>Most folders one scan looks at. What lies beyond is named by address.</summary>
    public const int FoldersMax = 32_768;

    private static readonly EnumerationOptions below = new() { RecurseSubdirectories = true, MaxRecursionDepth = 8, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };

    private readonly Dictionary<ulong, PodEntry> pods = [];
    private bool mayScan = true;

    /// <summary>How often the folders were looked through.</summary>
    public long Scans { get; private set; }

    /// <summary>True when the last scan met its bound.</summary>
    public bool IsCut { get; private set; }

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

    /// <summary>Looks through the pods' folders. Worth doing ahead of the windows: a pod that lives for seconds has its folder only so long.</summary>
    public void Scan()
    {
        Scans++;
        var seen = new HashSet<ulong>();
        var folders = 0;
        // Shorter paths first: where one pod's folder lies in another's, the inner one wins.
        foreach (var (pod, path) in cgroups().OrderBy(cgroup => cgroup.Path.Length))
        {
            foreach (var folder in FoldersOf(path))
            {
                if (++folders > FoldersMax)
                    break;
                if (CgroupFileSystem.TryIdOf(folder) is not { } id)
                    continue;
                pods[id] = pod;
                seen.Add(id);
            }
        }

        IsCut = folders > FoldersMax;
        if (pods.Count > IdsMax)
        {
            foreach (var id in pods.Keys.Where(id => !seen.Contains(id)).ToArray())
                pods.Remove(id);
        }
    }

    private IEnumerable<string> FoldersOf(string path)
    {
        var top = Path.Combine(mount, path.TrimStart('/'));
        yield return top;
        string[] inner;
        try
        {
            inner = System.IO.Directory.GetDirectories(top, "*", below);
        }
        catch (IOException)
        {
            // The pod is gone, or ends just now. What was found of it earlier is kept.
            yield break;
        }

        foreach (var folder in inner)
            yield return folder;
    }
}
