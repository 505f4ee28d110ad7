namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>Finds the pods' folders in the cgroup file system by the uid in their names.</summary>
/// <remarks>
/// The names, below kubepods of the node or of a node in a container (kind):
/// systemd <c>kubepods-burstable-pod0a1b_..._ff.slice</c> and <c>kubelet-kubepods-pod0a1b_..._ff.slice</c>, cgroupfs <c>pod0a1b-...-ff</c>, a static pod's uid
/// without dashes. containerd and CRI-O put their containers below, so they do not differ here. Source: pkg/kubelet/cm in kubernetes/kubernetes.
/// </remarks>
/// <param name="mount">Where cgroup v2 is mounted.</param>
internal sealed class PodFolders(string mount)
{
    /// <summary>Most folders one walk looks at. Pods beyond it are named by address.</summary>
    public const int FoldersMax = 32_768;

    private const int DepthMax = 12;
    private const int UidDigits = 32;

    /// <summary>The pods' folders, relative to the mount, by uid without dashes.</summary>
    public Dictionary<string, string> Find()
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var open = new Queue<(string Path, int Depth)>([(mount, 0)]);
        for (var folders = 0; folders < FoldersMax && open.TryDequeue(out var folder); folders++)
        {
            if (UidOf(Path.GetFileName(folder.Path)) is { } uid)
                found.TryAdd(uid, Path.GetRelativePath(mount, folder.Path));
            else if (folder.Depth < DepthMax)
                foreach (var inner in Inside(folder.Path))
                    open.Enqueue((inner, folder.Depth + 1));
        }

        return found;
    }

    /// <summary>The uid without dashes, or null where the name is no pod's.</summary>
    internal static string? UidOf(string name)
    {
        const string slice = ".slice";
        var end = name.EndsWith(slice, StringComparison.Ordinal) ? name.Length - slice.Length : name.Length;
        var start = name.LastIndexOf("pod", StringComparison.Ordinal);
        if (start < 0 || start + 3 > end || (start > 0 && name[start - 1] != '-'))
            return null;
        var uid = Plain(name[(start + 3)..end]);
        return uid.Length == UidDigits && uid.All(char.IsAsciiHexDigit) ? uid : null;
    }

    /// <summary>A uid without what parts it: the API writes dashes, systemd's names have underscores.</summary>
    internal static string Plain(string uid) => uid.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);

    private static string[] Inside(string folder)
    {
        try
        {
            return System.IO.Directory.GetDirectories(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It ended between being listed and being looked into.
            return [];
        }
    }
}
